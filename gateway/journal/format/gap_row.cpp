#include "journal/format/gap_row.hpp"

#include <algorithm>
#include <array>

#include "journal/format/bytes.hpp"
#include "journal/format/field_range.hpp"
#include "journal/format/sealed_value.hpp"

namespace chargehook::journal {
namespace {

constexpr std::size_t gap_key_bytes = 9;

void write_hash(ByteWriter out, const model::ChainHash& hash) {
  out.bytes({reinterpret_cast<const char*>(hash.data()), hash.size()});
}

void read_hash(ByteReader& in, model::ChainHash& hash) {
  const std::string_view bytes = in.bytes(hash.size());
  std::ranges::copy(bytes, hash.begin());
}

void write_notice(ByteWriter out, const GapNotice& notice) {
  const model::StreamGap& gap = notice.gap;
  out.u32(gap.stream.endpoint).u32(gap.stream.generation).u64(notice.event);
  out.u64(gap.from_sequence).u64(gap.to_sequence).u64(gap.events);
  out.i64(gap.first.time_since_epoch().count()).i64(gap.last.time_since_epoch().count());
  out.u16(static_cast<std::uint16_t>(gap.ranges.size()));
  for (const auto& range : gap.ranges) {
    out.u64(range.from_n).u64(range.to_n);
    write_hash(out, range.before);
    write_hash(out, range.after);
  }
  out.u16(static_cast<std::uint16_t>(gap.types.size()));
  for (const auto& [type, count] : gap.types) out.text16(type).u64(count);
  out.u8(gap.more_devices ? 1 : 0).u16(static_cast<std::uint16_t>(gap.devices.size()));
  for (const auto& device : gap.devices) out.text16(device);
  out.u16(static_cast<std::uint16_t>(gap.files.size()));
  for (const auto& file : gap.files) out.text16(file);
}

void read_ranges(ByteReader& in, std::vector<model::LostRange>& ranges) {
  for (std::uint16_t left = in.u16(); left > 0 && !in.failed(); --left) {
    auto& range = ranges.emplace_back();
    range.from_n = in.u64();
    range.to_n = in.u64();
    read_hash(in, range.before);
    read_hash(in, range.after);
  }
}

/// @return false if a type stands twice or they are not in order: nobody would have written that
bool read_types(ByteReader& in, std::map<std::string, std::uint64_t>& types) {
  for (std::uint16_t left = in.u16(); left > 0 && !in.failed(); --left) {
    std::string type{in.text16()};
    const std::uint64_t count = in.u64();
    if (!types.empty() && type <= types.rbegin()->first) return false;
    types.emplace_hint(types.end(), std::move(type), count);
  }
  return true;
}

bool read_notice(ByteReader& in, GapNotice& notice) {
  model::StreamGap& gap = notice.gap;
  gap.stream.endpoint = in.u32();
  gap.stream.generation = in.u32();
  notice.event = in.u64();
  gap.from_sequence = in.u64();
  gap.to_sequence = in.u64();
  gap.events = in.u64();
  gap.first = wall_time(in.i64());
  gap.last = wall_time(in.i64());
  read_ranges(in, gap.ranges);
  if (!read_types(in, gap.types) || !read_flag(in, gap.more_devices)) return false;
  for (std::uint16_t left = in.u16(); left > 0 && !in.failed(); --left) gap.devices.emplace_back(in.text16());
  for (std::uint16_t left = in.u16(); left > 0 && !in.failed(); --left) gap.files.emplace_back(in.text16());
  return !in.failed();
}

}  // namespace

std::string_view to_string(GapReason reason) {
  constexpr std::array<std::string_view, 5> names{"evicted", "expired", "corrupt", "lost_store", "carried_out"};
  return names.at(static_cast<std::size_t>(reason));
}

std::string gap_key(model::EventClass event_class, model::Sequence from_sequence) {
  return static_cast<char>(event_class) + key_u64(from_sequence);
}

std::string encode_gap(const GapRow& row) {
  std::string value = begin_value(64 + row.notices.size() * 256);
  ByteWriter out{value};
  out.u64(row.to_sequence).u64(row.from_ordinal).u64(row.to_ordinal).u8(static_cast<std::uint8_t>(row.reason));
  out.u16(static_cast<std::uint16_t>(row.notices.size()));
  for (const auto& notice : row.notices) write_notice(out, notice);
  seal(database::gaps, gap_key(row.event_class, row.from_sequence), value);
  return value;
}

model::Result<GapRow> decode_gap(std::string_view key, std::string_view value) {
  BOOST_OUTCOME_TRY(const auto body, unseal(database::gaps, key, value));
  if (key.size() != gap_key_bytes) return malformed(database::gaps, key);
  GapRow row;
  ByteReader class_byte{key.substr(0, 1)};
  bool is_sound = read_enum(class_byte, model::EventClass::telemetry, row.event_class);
  row.from_sequence = big_endian(key.substr(1));
  ByteReader in{body};
  row.to_sequence = in.u64();
  row.from_ordinal = in.u64();
  row.to_ordinal = in.u64();
  is_sound = read_enum(in, GapReason::carried_out, row.reason) && is_sound;
  for (std::uint16_t left = in.u16(); is_sound && left > 0; --left) {
    auto& notice = row.notices.emplace_back();
    notice.gap.stream.event_class = row.event_class;
    is_sound = read_notice(in, notice);
  }
  if (!is_sound || !in.complete()) return malformed(database::gaps, key);
  return row;
}

}  // namespace chargehook::journal
