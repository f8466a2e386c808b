/// When an alarm begins and ends: hold times, and gaps in what is known. Knows no rule, no device, no event.
///
///   normal --true--> pending --held--> active --clear true--> clearing --held--> normal
///                    pending --false--> normal                clearing --false--> active
///
/// While nothing is known, time runs on, but nothing is decided. A gap longer than tolerated starts the hold again when
/// it ends; a shorter one does not count.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "model/clock.hpp"
#include "rules/language/program.hpp"

namespace chargehook::rules {

enum class AlarmState : std::uint8_t { normal, pending, active, clearing };
[[nodiscard]] std::string_view to_string(AlarmState state);

struct AlarmTiming {
  model::Nanoseconds raise_after{0};
  model::Nanoseconds clear_after{0};
  model::Nanoseconds gap_tolerance{0};
};

enum class AlarmChange : std::uint8_t { none, raised, cleared };

class AlarmMachine {
 public:
  /// After a restart an alarm is active, or it is not; a hold begins anew.
  static AlarmMachine restored(bool active);

  /// @param truth of the rule's condition if `watches_condition()`, else of its condition to clear
  AlarmChange observe(Truth truth, model::BootTime now, const AlarmTiming& timing);

  /// The moment of deadline() has come. Early calls are harmless.
  AlarmChange settle(model::BootTime now, const AlarmTiming& timing);

  [[nodiscard]] AlarmState state() const { return state_; }
  [[nodiscard]] bool watches_condition() const { return state_ == AlarmState::normal || state_ == AlarmState::pending; }
  [[nodiscard]] bool is_raised() const { return !watches_condition(); }

  /// When settle() will change something if nothing is observed before; nothing while nothing is known.
  [[nodiscard]] std::optional<model::BootTime> deadline(const AlarmTiming& timing) const;

  /// Since when the condition (or the one to clear) has been true; of use while pending or clearing, and right after.
  [[nodiscard]] model::BootTime since() const { return since_; }

 private:
  [[nodiscard]] bool waits() const { return state_ == AlarmState::pending || state_ == AlarmState::clearing; }
  [[nodiscard]] model::Nanoseconds hold(const AlarmTiming& timing) const;

  AlarmState state_ = AlarmState::normal;
  model::BootTime since_{};
  std::optional<model::BootTime> unknown_since_;
};

}  // namespace chargehook::rules
