#include "journal/format/imported_row.hpp"

#include "journal/format/bytes.hpp"
#include "journal/format/sealed_value.hpp"

namespace chargehook::journal {
namespace {

constexpr std::size_t key_bytes = 16;
constexpr std::size_t body_bytes = 8;

}  // namespace

std::string imported_key(std::uint64_t store_id, model::Sequence from) { return key_u64(store_id) + key_u64(from); }

std::string encode_imported(const ImportedRow& row) {
  std::string value = begin_value(body_bytes);
  ByteWriter{value}.u64(row.to);
  seal(database::imported, imported_key(row.store_id, row.from), value);
  return value;
}

model::Result<ImportedRow> decode_imported(std::string_view key, std::string_view value) {
  BOOST_OUTCOME_TRY(const auto body, unseal(database::imported, key, value));
  if (key.size() != key_bytes) return malformed(database::imported, key);
  ByteReader in{body};
  const ImportedRow row{big_endian(key.substr(0, 8)), big_endian(key.substr(8)), in.u64()};
  if (!in.complete() || row.from == 0 || row.to < row.from) return malformed(database::imported, key);
  return row;
}

}  // namespace chargehook::journal
