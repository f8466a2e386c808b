/// Time as the core sees it: read once by the shell that calls a step, handed in, never asked for.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace chargehook::model {

using Nanoseconds = std::chrono::nanoseconds;

/// Wall time, UTC, nanoseconds since 1970. May jump in both directions.
using WallTime = std::chrono::sys_time<Nanoseconds>;

/// Time since the machine booted (CLOCK_BOOTTIME), counts through suspend, never jumps. It has no now(): only shells
/// read it.
struct BootClock {
  using rep = std::int64_t;
  using period = std::nano;
  using duration = Nanoseconds;
  using time_point = std::chrono::time_point<BootClock>;
  static constexpr bool is_steady = true;
};
using BootTime = BootClock::time_point;

/// Of two moments at which something is due the earlier stays in `due`; nothing stands for never.
inline void keep_earlier(std::optional<BootTime>& due, std::optional<BootTime> candidate) {
  if (candidate && (!due || *candidate < *due)) due = candidate;
}

/// How far wall time can be trusted. The names are those of the `timequality` attribute.
enum class TimeQuality : std::uint8_t {
  unknown,    ///< never set since boot; may be 1970
  holdover,   ///< was synchronised, is running free
  manual,     ///< set by a person
  corrected,  ///< reckoned afterwards from boot time and a learned offset
  synced,     ///< disciplined by a time source at this moment
};
[[nodiscard]] std::string_view to_string(TimeQuality quality);

/// Who said what time it is. The numbers are part of store format 1 (boots).
enum class TimeSource : std::uint8_t {
  none = 0,
  ntp = 1,     ///< the machine keeps its own clock right: NTP, PTP, GPS, or a battery that was right before
  csms = 2,    ///< `currentTime` in an answer of the charging station management system
  https = 3,   ///< `Date` in an answer over TLS
  manual = 4,  ///< a person set the clock, or said that it is right
};
[[nodiscard]] std::string_view to_string(TimeSource source);
[[nodiscard]] std::optional<TimeSource> parse_time_source(std::string_view text);

/// Before this no clock of ours can be right.
inline constexpr WallTime earliest_time = std::chrono::sys_days{std::chrono::year{2024} / 1 / 1};

/// The moment of one step.
struct Now {
  WallTime wall;
  BootTime boot;
  TimeQuality quality = TimeQuality::unknown;
};

/// Whether a time that a source told can be right: not before 2024, and at most 25 h ahead of our clock if that was
/// ever set.
[[nodiscard]] bool is_plausible(WallTime told, const Now& now);

/// RFC 3339 in UTC with milliseconds: "2026-11-24T06:12:09.120Z". Years 0000 to 9999; others are clamped.
[[nodiscard]] std::string to_rfc3339(WallTime time);
void append_rfc3339(std::string& out, WallTime time);

/// Reads RFC 3339 with any offset and 0 to 9 decimals; nothing if it is not one. A leap second counts as :59.
/// Source: RFC 3339 §5.6.
[[nodiscard]] std::optional<WallTime> parse_rfc3339(std::string_view text);

/// Whole Unix seconds.
[[nodiscard]] inline std::int64_t unix_seconds(WallTime time) {
  return std::chrono::floor<std::chrono::seconds>(time.time_since_epoch()).count();
}

}  // namespace chargehook::model
