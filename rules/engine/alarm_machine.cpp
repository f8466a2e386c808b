#include "rules/engine/alarm_machine.hpp"

namespace chargehook::rules {

std::string_view to_string(AlarmState state) {
  switch (state) {
    case AlarmState::normal:
      return "normal";
    case AlarmState::pending:
      return "pending";
    case AlarmState::active:
      return "active";
    case AlarmState::clearing:
      return "clearing";
  }
  return "normal";
}

AlarmMachine AlarmMachine::restored(bool active) {
  AlarmMachine machine;
  machine.state_ = active ? AlarmState::active : AlarmState::normal;
  return machine;
}

AlarmChange AlarmMachine::observe(Truth truth, model::BootTime now, const AlarmTiming& timing) {
  if (truth == Truth::unknown) {
    if (waits() && !unknown_since_) unknown_since_ = now;
    return AlarmChange::none;
  }
  if (truth == Truth::no) {
    if (waits()) state_ = state_ == AlarmState::pending ? AlarmState::normal : AlarmState::active;
    unknown_since_.reset();
    return AlarmChange::none;
  }
  const bool gap_too_long = unknown_since_ && now - *unknown_since_ > timing.gap_tolerance;
  if (!waits() || gap_too_long) since_ = now;
  if (!waits()) state_ = state_ == AlarmState::normal ? AlarmState::pending : AlarmState::clearing;
  unknown_since_.reset();
  return settle(now, timing);
}

AlarmChange AlarmMachine::settle(model::BootTime now, const AlarmTiming& timing) {
  if (!waits() || unknown_since_ || now - since_ < hold(timing)) return AlarmChange::none;
  const bool raised = state_ == AlarmState::pending;
  state_ = raised ? AlarmState::active : AlarmState::normal;
  return raised ? AlarmChange::raised : AlarmChange::cleared;
}

std::optional<model::BootTime> AlarmMachine::deadline(const AlarmTiming& timing) const {
  if (!waits() || unknown_since_) return std::nullopt;
  return since_ + hold(timing);
}

model::Nanoseconds AlarmMachine::hold(const AlarmTiming& timing) const {
  return state_ == AlarmState::pending ? timing.raise_after : timing.clear_after;
}

}  // namespace chargehook::rules
