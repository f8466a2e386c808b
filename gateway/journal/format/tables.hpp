/// The rows of format 1 but for the logs' records (record.hpp): what each value holds, and its bytes. Pure; any thread.
/// docs/formats.md has the tables for whoever reads the file without us. Decoders are safe on any bytes and fail with
/// "check" (not what was written here) or "version" (by a newer format).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "journal/batch.hpp"
#include "model/boot_clocks.hpp"
#include "model/clock.hpp"
#include "model/event.hpp"
#include "model/result.hpp"
#include "model/stream.hpp"

namespace chargehook::journal {

inline constexpr std::uint64_t store_format = 1;      ///< what this program writes, and the newest it reads
inline constexpr std::uint64_t store_min_reader = 1;  ///< the oldest format a program must know to read what we write

namespace database {
inline constexpr std::string_view meta = "meta";
inline constexpr std::string_view boots = "boots";
inline constexpr std::string_view types = "types";
inline constexpr std::string_view streams = "streams";
inline constexpr std::string_view kv = "kv";
inline constexpr std::array<std::string_view, model::event_class_count> logs = {"log0", "log1", "log2", "log3"};
[[nodiscard]] std::string_view log(model::EventClass event_class);
}  // namespace database

/// Keys of `meta`.
namespace meta_key {
inline constexpr std::string_view format = "format";
inline constexpr std::string_view min_reader = "min_reader";
inline constexpr std::string_view store_id = "store_id";
inline constexpr std::string_view created = "created";
inline constexpr std::string_view next_sequence_min = "next_seq_min";
[[nodiscard]] std::string floor(model::EventClass event_class);  ///< "floor/0" … "floor/3"
}  // namespace meta_key

/// `format`, `min_reader`, `store_id` and `next_seq_min` are one u64 each.
[[nodiscard]] std::string encode_meta_number(std::string_view key, std::uint64_t number);
[[nodiscard]] model::Result<std::uint64_t> decode_meta_number(std::string_view key, std::string_view value);

/// When the store was made, by the clock of that moment.
struct Created {
  model::WallTime wall;
  model::TimeQuality quality = model::TimeQuality::unknown;

  bool operator==(const Created&) const = default;
};
[[nodiscard]] std::string encode_created(const Created& created);
[[nodiscard]] model::Result<Created> decode_created(std::string_view value);

[[nodiscard]] std::string encode_floor(model::EventClass event_class, const Floor& floor);
[[nodiscard]] model::Result<Floor> decode_floor(model::EventClass event_class, std::string_view value);

using model::BootUuid;

/// One opening of the store. Boot times of two rows compare only where the uuid is the same.
struct BootRow {
  BootUuid boot_uuid{};                                             ///< of the machine's boot (kernel's boot_id)
  model::WallTime opened_wall;                                      ///< when the store was opened
  model::BootTime opened_boot;                                      ///< the same moment
  model::TimeQuality opened_quality = model::TimeQuality::unknown;  ///< of `opened_wall`
  std::optional<model::WallTime> clean_stop;   ///< when the run ended in order; nothing: it has not
  std::optional<model::LearnedClock> learned;  ///< what the wall clock should have shown; nothing: never known

  bool operator==(const BootRow&) const = default;
};
/// The newest moment that a trusted clock told in this run, as far as the row says; 1970 if none did.
[[nodiscard]] model::WallTime newest_known(const BootRow& row);
[[nodiscard]] std::string boot_key(std::uint32_t index);
[[nodiscard]] std::string encode_boot(std::uint32_t index, const BootRow& row);
[[nodiscard]] model::Result<BootRow> decode_boot(std::uint32_t index, std::string_view value);

/// The text of an event type, once per store.
[[nodiscard]] std::string type_key(std::uint32_t id);
[[nodiscard]] std::string encode_type(std::uint32_t id, std::string_view text);
[[nodiscard]] model::Result<std::string> decode_type(std::uint32_t id, std::string_view value);

[[nodiscard]] std::string stream_key(const model::StreamId& id);
[[nodiscard]] std::string encode_stream(const model::StreamRow& row);
[[nodiscard]] model::Result<model::StreamRow> decode_stream(std::string_view key, std::string_view value);

[[nodiscard]] std::string encode_kv(std::string_view key, std::string_view content);
[[nodiscard]] model::Result<std::string> decode_kv(std::string_view key, std::string_view value);

}  // namespace chargehook::journal
