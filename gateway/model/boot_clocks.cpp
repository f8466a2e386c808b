#include "model/boot_clocks.hpp"

#include <algorithm>

namespace chargehook::model {

BootClocks::BootClocks(const std::vector<Opening>& boots) {
  for (const auto& boot : boots) {
    const bool goes_on = !machine_boots_.empty() && boot.uuid != BootUuid{} && machine_boots_.back().uuid == boot.uuid;
    if (!goes_on) machine_boots_.push_back({boot.boot, boot.uuid, std::nullopt});
    if (boot.learned) machine_boots_.back().learned = boot.learned;
    present_ = boot.boot;
  }
}

const BootClocks::MachineBoot* BootClocks::find(std::uint32_t boot) const {
  const auto after = std::ranges::upper_bound(machine_boots_, boot, {}, &MachineBoot::first);
  return after == machine_boots_.begin() ? nullptr : &*std::prev(after);
}

std::optional<LearnedClock> BootClocks::of(std::uint32_t boot) const {
  const auto* found = find(boot);
  return found == nullptr ? std::nullopt : found->learned;
}

std::uint32_t BootClocks::first_of(std::uint32_t boot) const {
  const auto* found = find(boot);
  return found == nullptr ? boot : found->first;
}

std::uint32_t BootClocks::last_of(std::uint32_t boot) const {
  const auto next = std::ranges::upper_bound(machine_boots_, boot, {}, &MachineBoot::first);
  return next == machine_boots_.end() ? present_ : next->first - 1;
}

void BootClocks::learn(const LearnedClock& learned) {
  if (!machine_boots_.empty()) machine_boots_.back().learned = learned;
}

Nanoseconds age_at(WallTime taken_in, BootTime boot, WallTime happened) {
  const Nanoseconds age = taken_in - happened;
  const bool is_possible = age >= Nanoseconds{0} && age <= boot.time_since_epoch();
  return is_possible ? age : Nanoseconds{0};
}

ShownTimes shown_times(const Event& event, const Stamp& stamp, const BootClocks& clocks) {
  ShownTimes out{event.time, event.time_quality, stamp.recorded, false};
  if (stamp.recorded_quality != TimeQuality::unknown) return out;
  const bool wants_time = event.time_quality == TimeQuality::unknown && event.time_of == TimeOf::gateway;
  const auto learned = clocks.of(stamp.boot);
  if (!learned) {
    out.may_improve = wants_time && clocks.first_of(stamp.boot) == clocks.first_of_present();
    return out;
  }
  const WallTime taken = learned->wall(stamp.boot_time);
  out.recorded = taken;
  if (wants_time) {
    out.time = taken - age_at(stamp.recorded, stamp.boot_time, event.time);
    out.quality = TimeQuality::corrected;
  }
  return out;
}

}  // namespace chargehook::model
