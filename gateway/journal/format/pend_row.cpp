#include "journal/format/pend_row.hpp"

#include <algorithm>

#include "journal/format/bytes.hpp"
#include "journal/format/field_range.hpp"
#include "journal/format/sealed_value.hpp"
#include "journal/format/tables.hpp"

namespace chargehook::journal {
namespace {

constexpr std::size_t stream_bytes = 9;
constexpr std::size_t key_bytes = stream_bytes + 8;
constexpr std::size_t body_bytes = 72;

/// @return false if the key is none of this table
bool read_key(std::string_view key, model::PendRow& row) {
  if (key.size() != key_bytes) return false;
  row.stream.endpoint = static_cast<std::uint32_t>(big_endian(key.substr(0, 4)));
  ByteReader class_byte{key.substr(4, 1)};
  row.stream.generation = static_cast<std::uint32_t>(big_endian(key.substr(5, 4)));
  row.n = big_endian(key.substr(stream_bytes));
  return read_enum(class_byte, model::EventClass::telemetry, row.stream.event_class) && row.n > 0;
}

}  // namespace

std::string pend_key(const model::StreamId& stream, std::uint64_t n) { return stream_key(stream) + key_u64(n); }

std::string encode_pend(const model::PendRow& row) {
  std::string value = begin_value(body_bytes);
  ByteWriter out{value};
  out.u64(row.sequence).u8(static_cast<std::uint8_t>(row.state)).u64(row.key).u32(row.refusals.attempts);
  out.i64(row.refusals.first.time_since_epoch().count()).i64(row.refusals.last.time_since_epoch().count());
  out.u8(static_cast<std::uint8_t>(row.refusals.quality)).u16(row.refusals.status);
  out.bytes({reinterpret_cast<const char*>(row.before.data()), row.before.size()});
  seal(database::pend, pend_key(row.stream, row.n), value);
  return value;
}

model::Result<model::PendRow> decode_pend(std::string_view key, std::string_view value) {
  BOOST_OUTCOME_TRY(const auto body, unseal(database::pend, key, value));
  model::PendRow row;
  bool is_sound = read_key(key, row);
  ByteReader in{body};
  row.sequence = in.u64();
  is_sound = read_enum(in, model::PendState::resend, row.state) && is_sound;
  row.key = in.u64();
  row.refusals.attempts = in.u32();
  row.refusals.first = wall_time(in.i64());
  row.refusals.last = wall_time(in.i64());
  is_sound = read_enum(in, model::TimeQuality::synced, row.refusals.quality) && is_sound;
  row.refusals.status = in.u16();
  std::ranges::copy(in.bytes(row.before.size()), row.before.begin());
  if (!is_sound || !in.complete() || row.sequence == 0) return malformed(database::pend, key);
  return row;
}

}  // namespace chargehook::journal
