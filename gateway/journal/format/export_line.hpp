/// One line of an export file: an event as a JSON object that a person can read, complete enough to be imported by
/// another store. Pure; any thread. docs/formats.md has its members.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "journal/format/record.hpp"
#include "model/clock.hpp"
#include "model/event.hpp"
#include "model/result.hpp"
#include "model/stream.hpp"

namespace chargehook::journal {

/// A longer line holds no event of ours.
inline constexpr std::size_t export_line_bytes_max = 128 * 1024;

/// Times are as receivers get them: what the exporting store learned of its clock is in them.
struct ExportLine {
  std::uint64_t store_id = 0;    ///< the store that gave the sequence
  model::Sequence sequence = 0;  ///< not 0
  /// Below `sequence`: between the two that store has never had an event, or this file says so in a line of its own.
  /// 0: nothing is said.
  model::Sequence previous = 0;
  std::optional<Origin> origin;  ///< where it was before it came into that store
  bool carried_out = false;      ///< that store let it go into this file before it was delivered: it may take it back
  model::Event event;
  model::WallTime recorded;
  model::TimeQuality recorded_quality = model::TimeQuality::unknown;

  bool operator==(const ExportLine&) const = default;
};

/// Without its line end. Line ends within data, where JSON has blanks, become blanks.
[[nodiscard]] std::string to_text(const ExportLine& line);

/// Reads a line without its end. Any bytes are safe to hand in.
/// @return "check" (not the bytes that were written), "json", "member" (one is missing, unknown or not what it should
///         be: named), "size" (the event is larger than a record may be)
[[nodiscard]] model::Result<ExportLine> read_export_line(std::string_view text);

/// A store's id from its 16 hex digits; nothing if it is something else.
[[nodiscard]] std::optional<std::uint64_t> parse_store_id(std::string_view text);

}  // namespace chargehook::journal
