#include "journal/format/nmap_row.hpp"

#include <algorithm>

#include "journal/format/bytes.hpp"
#include "journal/format/field_range.hpp"
#include "journal/format/sealed_value.hpp"
#include "journal/format/tables.hpp"

namespace chargehook::journal {
namespace {

constexpr std::size_t stream_bytes = 9;
constexpr std::size_t key_bytes = stream_bytes + 8;
constexpr std::size_t body_bytes = 40;

}  // namespace

std::optional<model::ChainPoint> point_of_key(std::string_view key) {
  if (key.size() != key_bytes) return std::nullopt;
  model::ChainPoint point;
  point.stream.endpoint = static_cast<std::uint32_t>(big_endian(key.substr(0, 4)));
  ByteReader class_byte{key.substr(4, 1)};
  point.stream.generation = static_cast<std::uint32_t>(big_endian(key.substr(5, 4)));
  point.n = big_endian(key.substr(stream_bytes));
  const bool is_sound = read_enum(class_byte, model::EventClass::telemetry, point.stream.event_class);
  if (!is_sound || !model::has_chain_point(point.n)) return std::nullopt;
  return point;
}

std::string nmap_key(const model::StreamId& stream, std::uint64_t n) { return stream_key(stream) + key_u64(n); }

std::string encode_nmap(const model::ChainPoint& point) {
  std::string value = begin_value(body_bytes);
  ByteWriter out{value};
  out.u64(point.sequence).bytes({reinterpret_cast<const char*>(point.hash.data()), point.hash.size()});
  seal(database::nmap, nmap_key(point.stream, point.n), value);
  return value;
}

model::Result<model::ChainPoint> decode_nmap(std::string_view key, std::string_view value) {
  BOOST_OUTCOME_TRY(const auto body, unseal(database::nmap, key, value));
  auto point = point_of_key(key);
  if (!point || body.size() != body_bytes) return malformed(database::nmap, key);
  ByteReader in{body};
  point->sequence = in.u64();
  std::ranges::copy(in.bytes(point->hash.size()), point->hash.begin());
  if (point->sequence < point->n) return malformed(database::nmap, key);
  return *point;
}

}  // namespace chargehook::journal
