/// Something that happened, as adapters and rules put it out and as receivers get it, before the journal numbers it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "model/clock.hpp"

namespace chargehook::model {

/// Decides promise, retention and priority. The numbers are part of store format 1 (log0 … log3).
enum class EventClass : std::uint8_t { billing = 0, safety = 1, state = 2, telemetry = 3 };
inline constexpr int event_class_count = 4;
inline constexpr std::array all_event_classes{EventClass::billing, EventClass::safety, EventClass::state,
                                              EventClass::telemetry};
/// Its place in an array with one element per class.
[[nodiscard]] constexpr std::size_t index_of(EventClass event_class) { return static_cast<std::size_t>(event_class); }

enum class Severity : std::uint8_t { info = 0, low = 1, medium = 2, high = 3, critical = 4 };

/// How sure an event is: seen, answered positively, or concluded because no message says it.
enum class Basis : std::uint8_t { observed = 0, confirmed = 1, inferred = 2 };

[[nodiscard]] std::string_view to_string(EventClass event_class);
[[nodiscard]] std::string_view to_string(Severity severity);
[[nodiscard]] std::string_view to_string(Basis basis);
[[nodiscard]] std::optional<EventClass> parse_event_class(std::string_view text);
[[nodiscard]] std::optional<Severity> parse_severity(std::string_view text);

/// Whose clock gave an event its time. Only what our own clock stamped can be corrected afterwards by its offset.
enum class TimeOf : std::uint8_t { gateway = 0, device = 1 };

/// An event as its maker knows it. Sequence, ordinal and recorded time come with admission (journal::Record).
struct Event {
  std::string id;             ///< `evt_` and 26 characters, from natural keys (event_id.hpp)
  std::string type;           ///< without the prefix io.chargehook.: "session.ended"
  std::string subject;        ///< "charger/CP-07/evse/1"; ASCII, no blanks, at most 256 bytes
  std::string partition_key;  ///< the device whose order counts: "charger/CP-07"
  EventClass event_class = EventClass::state;
  Severity severity = Severity::info;
  Basis basis = Basis::observed;
  WallTime time;                                    ///< when it happened, by the clock of whoever saw it
  TimeQuality time_quality = TimeQuality::unknown;  ///< of `time`
  TimeOf time_of = TimeOf::gateway;                 ///< whose `time` it is
  std::string data;                                 ///< one JSON object, at most 60 KiB

  bool operator==(const Event&) const = default;
};

/// The prefix of every type on the wire.
inline constexpr std::string_view type_prefix = "io.chargehook.";

/// The device of a subject: its first two segments, "charger/CP-07/evse/1" → "charger/CP-07".
[[nodiscard]] std::string_view device_of(std::string_view subject);

}  // namespace chargehook::model
