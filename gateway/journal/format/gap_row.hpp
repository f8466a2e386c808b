/// A row of the table `gaps`: records of one class that are gone although not everybody had them, and which streams
/// lost what. Pure; any thread. docs/formats.md has the bytes.
///
/// A row stays for as long as one of the events that tell of it is in the log.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/event.hpp"
#include "model/result.hpp"
#include "model/stream_gap.hpp"

namespace chargehook::journal {

namespace database {
inline constexpr std::string_view gaps = "gaps";
}  // namespace database

enum class GapReason : std::uint8_t {
  evicted = 0,      ///< the store was too full
  expired = 1,      ///< older than its class is kept
  corrupt = 2,      ///< the record does not verify
  lost_store = 3,   ///< not found again in a damaged store
  carried_out = 4,  ///< held for as long as billing is, and written to a file
};
/// As the event says it: "evicted".
[[nodiscard]] std::string_view to_string(GapReason reason);

/// What one stream lost, and the event that tells of it. Where records cannot be read nobody knows which numbers they
/// had, nor whether the stream wanted them: no ranges, types, times or devices then, and at most so many events.
struct GapNotice {
  model::StreamGap gap;
  model::Sequence event = 0;  ///< in the same class's log; 0: none yet

  bool operator==(const GapNotice&) const = default;
};

/// Every record of the class from `from_sequence` to `to_sequence` is gone; of a lost store some of them.
struct GapRow {
  model::EventClass event_class{};
  model::Sequence from_sequence = 0;
  model::Sequence to_sequence = 0;
  model::Ordinal from_ordinal = 0;  ///< 0, and so `to_ordinal`: not known, of a corrupt one
  model::Ordinal to_ordinal = 0;
  GapReason reason = GapReason::evicted;
  std::vector<GapNotice> notices;  ///< one per event; of one stream more than one after a change of its filter

  bool operator==(const GapRow&) const = default;
};

/// Class and first sequence.
[[nodiscard]] std::string gap_key(model::EventClass event_class, model::Sequence from_sequence);
[[nodiscard]] std::string encode_gap(const GapRow& row);
/// @return "check", "version"; any bytes are safe to hand in
[[nodiscard]] model::Result<GapRow> decode_gap(std::string_view key, std::string_view value);

/// A row to write in place of the one under its key; no row: delete.
struct GapPut {
  model::EventClass event_class{};
  model::Sequence from_sequence = 0;
  std::optional<GapRow> row;
};

}  // namespace chargehook::journal
