/// What `chargehook clock` prints. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "cli/status_text.hpp"
#include "core/status.hpp"

namespace chargehook::cli {

/// At most 80 columns, one thing a line.
/// @param local shows a time in the time zone of whoever reads it
[[nodiscard]] std::string clock_text(const core::StatusReport& report, const LocalTime& local);

/// A time as a person writes it.
struct WrittenTime {
  model::WallTime time;
  bool is_local = false;  ///< in the time zone of the machine: `time` has its digits
};

/// Reads "2026-11-24 14:02", "2026-11-24 14:02:30", or "14:02" and "14:02:30" of today, all local; or RFC 3339.
/// @param today local date, for times without one
[[nodiscard]] std::optional<WrittenTime> read_written_time(std::string_view text, std::string_view today);

}  // namespace chargehook::cli
