#include "journal/format/id_row.hpp"

#define XXH_STATIC_LINKING_ONLY  // the hash state on the stack
#include <xxhash.h>

#include <algorithm>
#include <array>

#include "journal/format/bytes.hpp"
#include "journal/format/sealed_value.hpp"
#include "model/json_scan.hpp"

namespace chargehook::journal {
namespace {

constexpr std::size_t id_key_bytes = 12;
constexpr std::size_t id_body_bytes = 16;

/// What we copy in when the event is made: a renamed site makes no other event.
bool is_master_data(const model::MemberText& member) {
  constexpr std::array<std::string_view, 3> names{"site", "charger", "connector"};
  return member.value.starts_with('{') && std::ranges::find(names, member.key) != names.end();
}

/// Texts with a zero byte behind each, which none of them has.
class ContentHash {
 public:
  ContentHash() {
    XXH3_INITSTATE(&state_);
    XXH3_64bits_reset(&state_);
  }
  void add(std::string_view text) {
    XXH3_64bits_update(&state_, text.data(), text.size());
    XXH3_64bits_update(&state_, "", 1);
  }
  [[nodiscard]] std::uint64_t digest() const { return XXH3_64bits_digest(&state_); }

 private:
  XXH3_state_t state_;
};

}  // namespace

std::uint64_t id_hash(std::string_view event_id) { return XXH3_64bits(event_id.data(), event_id.size()); }

std::uint64_t content_hash(const model::Event& event) {
  ContentHash hash;
  hash.add(event.type);
  hash.add(event.subject);
  hash.add(event.time_of == model::TimeOf::device ? std::to_string(event.time.time_since_epoch().count()) : "");
  const auto members = model::scan_object(event.data);
  if (!members) hash.add(event.data);
  for (const auto& member : members.value_or(std::vector<model::MemberText>{})) {
    if (is_master_data(member)) continue;
    hash.add(member.key);
    hash.add(member.value);
  }
  return hash.digest();
}

std::string id_key(const IdRow& row) { return key_u32(row.day) + key_u64(row.id); }

std::optional<IdRow> id_of_key(std::string_view key) {
  if (key.size() != id_key_bytes) return std::nullopt;
  return IdRow{static_cast<std::uint32_t>(big_endian(key.substr(0, 4))), big_endian(key.substr(4)), 0, 0};
}

std::string encode_id(const IdRow& row) {
  std::string value = begin_value(id_body_bytes);
  ByteWriter{value}.u64(row.sequence).u64(row.content);
  seal(database::ids, id_key(row), value);
  return value;
}

model::Result<IdRow> decode_id(std::string_view key, std::string_view value) {
  BOOST_OUTCOME_TRY(const auto body, unseal(database::ids, key, value));
  auto row = id_of_key(key);
  if (!row) return malformed(database::ids, key);
  ByteReader in{body};
  row->sequence = in.u64();
  row->content = in.u64();
  if (!in.complete() || row->sequence == 0) return malformed(database::ids, key);
  return *row;
}

}  // namespace chargehook::journal
