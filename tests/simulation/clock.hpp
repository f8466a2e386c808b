/// The clocks of the machine: boot time, which begins anew with each boot, and the wall, which starts wrong, is set,
/// and jumps. Owner: World. One thread.
#pragma once

#include <array>
#include <cstdint>

#include "model/clock.hpp"
#include "random.hpp"
#include "schedule.hpp"

namespace chargehook::simulation {

class Clock {
 public:
  explicit Clock(const Schedule& schedule) : schedule_(schedule) {}

  [[nodiscard]] model::Now now() const {
    return {model::WallTime{wall_ahead_ + schedule_.now()}, model::BootTime{schedule_.now() - booted_}, quality_};
  }
  [[nodiscard]] Moment until(model::BootTime deadline) const {
    return deadline.time_since_epoch() - (schedule_.now() - booted_);
  }
  [[nodiscard]] const std::array<std::uint8_t, 16>& boot_uuid() const { return boot_uuid_; }

  /// The wall shows this time from here on.
  void set(model::WallTime wall, model::TimeQuality quality) {
    wall_ahead_ = wall.time_since_epoch() - schedule_.now();
    quality_ = quality;
  }
  void jump(Moment by) { wall_ahead_ += by; }

  /// What a right clock would show.
  [[nodiscard]] model::WallTime true_time() const {
    return model::WallTime{std::chrono::sys_days{std::chrono::year{2026} / 11 / 24}} + schedule_.now();
  }
  [[nodiscard]] bool is_known() const { return quality_ != model::TimeQuality::unknown; }
  /// How much more it shows than that.
  [[nodiscard]] Moment error() const { return now().wall - true_time(); }
  [[nodiscard]] std::uint64_t boots() const { return boots_; }

  /// The machine starts again: `took` after it was switched on the gateway is started.
  void boot(Random& random, Moment took) {
    booted_ = schedule_.now() - took;
    ++boots_;
    for (auto& byte : boot_uuid_) byte = static_cast<std::uint8_t>(random.below(256));
  }

 private:
  const Schedule& schedule_;
  Moment wall_ahead_{0};
  Moment booted_{0};
  std::uint64_t boots_ = 0;
  model::TimeQuality quality_ = model::TimeQuality::unknown;
  std::array<std::uint8_t, 16> boot_uuid_{};
};

}  // namespace chargehook::simulation
