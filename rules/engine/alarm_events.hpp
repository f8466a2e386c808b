/// Renders an alarm's beginning and end as events. Pure; any thread.
/// Types fault.raised, fault.cleared, load_management.raised, load_management.cleared; members as docs/events says.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "model/event.hpp"
#include "model/site.hpp"
#include "rules/engine/alarm.hpp"
#include "rules/language/program.hpp"

namespace chargehook::rules {

/// One line of the why record: an input as it was when the rule fired.
struct WhyValue {
  std::string_view device;
  std::string_view signal;  ///< as the rule names it
  const model::Signal* about = nullptr;
  Sample sample;
  std::string_view word;  ///< of a status
  std::optional<model::Nanoseconds> age;
};

struct Why {
  std::span<const WhyValue> values;
  std::optional<Comparison> comparison;  ///< `slot` is the position in `values`
  model::Nanoseconds held{0};
  std::string_view cause;
  std::string_view advice;
  std::string_view text;
};

/// @param now its wall time may be put back to when the hold ended (`alarm.raised`)
[[nodiscard]] model::Event raised_event(const model::Site& site, const Alarm& alarm, const Why& why,
                                        model::TimeQuality quality);

/// @param cleared_by condition, rule_removed, device_removed
[[nodiscard]] model::Event cleared_event(const model::Site& site, const Alarm& alarm, std::string_view cleared_by,
                                         model::WallTime cleared, model::Nanoseconds lasted,
                                         model::TimeQuality quality);

/// A value as people see it: Wh and % although mWh and 1 are kept.
[[nodiscard]] double shown_value(model::Quantity quantity, double value);

}  // namespace chargehook::rules
