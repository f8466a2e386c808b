#include "journal/format/tables.hpp"

#include <algorithm>

#include "journal/format/bytes.hpp"
#include "journal/format/field_range.hpp"
#include "journal/format/learned_clock_fields.hpp"
#include "journal/format/sealed_value.hpp"

namespace chargehook::journal {
namespace {

constexpr std::size_t stream_key_bytes = 9;

/// A value whose body is what `write` appends.
template <class Write>
std::string sealed(std::string_view database, std::string_view key, std::size_t body_bytes, Write write) {
  std::string value = begin_value(body_bytes);
  write(ByteWriter{value});
  seal(database, key, value);
  return value;
}

}  // namespace

std::string_view database::log(model::EventClass event_class) { return logs.at(static_cast<std::size_t>(event_class)); }

std::string meta_key::floor(model::EventClass event_class) {
  return "floor/" + std::to_string(static_cast<int>(event_class));
}

std::string encode_meta_number(std::string_view key, std::uint64_t number) {
  return sealed(database::meta, key, 8, [&](ByteWriter out) { out.u64(number); });
}

model::Result<std::uint64_t> decode_meta_number(std::string_view key, std::string_view value) {
  BOOST_OUTCOME_TRY(const auto body, unseal(database::meta, key, value));
  ByteReader in{body};
  const std::uint64_t number = in.u64();
  if (!in.complete()) return malformed(database::meta, key);
  return number;
}

std::string encode_created(const Created& created) {
  return sealed(database::meta, meta_key::created, 9, [&](ByteWriter out) {
    out.i64(created.wall.time_since_epoch().count()).u8(static_cast<std::uint8_t>(created.quality));
  });
}

model::Result<Created> decode_created(std::string_view value) {
  BOOST_OUTCOME_TRY(const auto body, unseal(database::meta, meta_key::created, value));
  ByteReader in{body};
  Created created;
  created.wall = wall_time(in.i64());
  const bool known = read_enum(in, model::TimeQuality::synced, created.quality);
  if (!known || !in.complete()) return malformed(database::meta, meta_key::created);
  return created;
}

std::string encode_floor(model::EventClass event_class, const Floor& floor) {
  return sealed(database::meta, meta_key::floor(event_class), 16,
                [&](ByteWriter out) { out.u64(floor.sequence).u64(floor.ordinal); });
}

model::Result<Floor> decode_floor(model::EventClass event_class, std::string_view value) {
  const std::string key = meta_key::floor(event_class);
  BOOST_OUTCOME_TRY(const auto body, unseal(database::meta, key, value));
  ByteReader in{body};
  Floor floor;
  floor.sequence = in.u64();
  floor.ordinal = in.u64();
  if (!in.complete()) return malformed(database::meta, key);
  return floor;
}

model::WallTime newest_known(const BootRow& row) {
  model::WallTime newest;
  if (row.opened_quality != model::TimeQuality::unknown) newest = row.opened_wall;
  if (row.learned) newest = std::max(newest, row.learned->wall(std::max(row.learned->learned_at, row.opened_boot)));
  return newest;
}

std::string boot_key(std::uint32_t index) { return key_u32(index); }

std::string encode_boot(std::uint32_t index, const BootRow& row) {
  return sealed(database::boots, boot_key(index), 42 + learned_clock_bytes, [&](ByteWriter out) {
    out.bytes({reinterpret_cast<const char*>(row.boot_uuid.data()), row.boot_uuid.size()});
    out.i64(row.opened_wall.time_since_epoch().count()).i64(row.opened_boot.time_since_epoch().count());
    out.u8(static_cast<std::uint8_t>(row.opened_quality)).u8(row.clean_stop ? 1 : 0);
    out.i64(row.clean_stop ? row.clean_stop->time_since_epoch().count() : 0);
    write_learned_clock(out, row.learned);
  });
}

model::Result<BootRow> decode_boot(std::uint32_t index, std::string_view value) {
  const std::string key = boot_key(index);
  BOOST_OUTCOME_TRY(const auto body, unseal(database::boots, key, value));
  ByteReader in{body};
  BootRow row;
  const std::string_view uuid = in.bytes(row.boot_uuid.size());
  std::copy(uuid.begin(), uuid.end(), row.boot_uuid.begin());
  row.opened_wall = wall_time(in.i64());
  row.opened_boot = boot_time(in.i64());
  const bool known = read_enum(in, model::TimeQuality::synced, row.opened_quality);
  bool stopped = false;
  const bool is_flag = read_flag(in, stopped);
  const std::int64_t stop = in.i64();
  const bool is_clock = read_learned_clock(in, row.learned);
  if (!known || !is_flag || !is_clock || !in.complete() || (!stopped && stop != 0))
    return malformed(database::boots, key);
  if (stopped) row.clean_stop = wall_time(stop);
  return row;
}

std::string type_key(std::uint32_t id) { return key_u32(id); }

std::string encode_type(std::uint32_t id, std::string_view text) {
  return sealed(database::types, type_key(id), text.size(), [&](ByteWriter out) { out.bytes(text); });
}

model::Result<std::string> decode_type(std::uint32_t id, std::string_view value) {
  BOOST_OUTCOME_TRY(const auto body, unseal(database::types, type_key(id), value));
  return std::string{body};
}

std::string stream_key(const model::StreamId& id) {
  return key_u32(id.endpoint) + static_cast<char>(id.event_class) + key_u32(id.generation);
}

std::string encode_stream(const model::StreamRow& row) {
  return sealed(database::streams, stream_key(row.id), 61 + row.filter.size(), [&](ByteWriter out) {
    out.u8(row.closed ? 1 : 0).u64(row.start).u64(row.cursor.sequence).u64(row.cursor.n);
    out.bytes({reinterpret_cast<const char*>(row.cursor.hash.data()), row.cursor.hash.size()});
    out.text32(row.filter);
  });
}

model::Result<model::StreamRow> decode_stream(std::string_view key, std::string_view value) {
  BOOST_OUTCOME_TRY(const auto body, unseal(database::streams, key, value));
  if (key.size() != stream_key_bytes) return malformed(database::streams, key);
  model::StreamRow row;
  row.id.endpoint = static_cast<std::uint32_t>(big_endian(key.substr(0, 4)));
  ByteReader class_byte{key.substr(4, 1)};
  const bool known = read_enum(class_byte, model::EventClass::telemetry, row.id.event_class);
  row.id.generation = static_cast<std::uint32_t>(big_endian(key.substr(5)));

  ByteReader in{body};
  const bool is_flag = read_flag(in, row.closed);
  row.start = in.u64();
  row.cursor.sequence = in.u64();
  row.cursor.n = in.u64();
  const std::string_view hash = in.bytes(row.cursor.hash.size());
  std::copy(hash.begin(), hash.end(), row.cursor.hash.begin());
  row.filter = in.text32();
  if (!known || !is_flag || !in.complete()) return malformed(database::streams, key);
  return row;
}

std::string encode_kv(std::string_view key, std::string_view content) {
  return sealed(database::kv, key, content.size(), [&](ByteWriter out) { out.bytes(content); });
}

model::Result<std::string> decode_kv(std::string_view key, std::string_view value) {
  BOOST_OUTCOME_TRY(const auto body, unseal(database::kv, key, value));
  return std::string{body};
}

}  // namespace chargehook::journal
