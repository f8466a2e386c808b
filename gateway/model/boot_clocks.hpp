/// What the wall clock should have shown in each boot of the machine, learned when somebody who is trusted said what
/// time it is; and what that makes of the time of an event that was stamped before. Pure; any thread.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "model/clock.hpp"
#include "model/event.hpp"

namespace chargehook::model {

/// Wall time is boot time plus `offset`, in one boot of the machine.
struct LearnedClock {
  Nanoseconds offset{};
  TimeQuality quality = TimeQuality::unknown;  ///< holdover, manual, corrected or synced
  TimeSource source = TimeSource::none;
  BootTime learned_at;

  [[nodiscard]] WallTime wall(BootTime boot) const { return WallTime{boot.time_since_epoch() + offset}; }
  bool operator==(const LearnedClock&) const = default;
};

using BootUuid = std::array<std::uint8_t, 16>;

/// One opening of the store, as far as time goes.
struct Opening {
  std::uint32_t boot = 0;  ///< index in `boots`
  BootUuid uuid{};         ///< of the machine's boot; zeros: not known, and then like no other
  std::optional<LearnedClock> learned;
};

/// Openings of the store within one boot of the machine share its boot time, and so what was learned of it.
class BootClocks {
 public:
  BootClocks() = default;

  /// @param boots rising by index; the last one is the present
  explicit BootClocks(const std::vector<Opening>& boots);

  /// What holds for events of this opening; nothing if nobody ever said what time it was then.
  [[nodiscard]] std::optional<LearnedClock> of(std::uint32_t boot) const;

  /// For the present boot of the machine.
  void learn(const LearnedClock& learned);

  [[nodiscard]] std::uint32_t present() const { return present_; }
  /// The first opening within the present boot of the machine.
  [[nodiscard]] std::uint32_t first_of_present() const { return first_of(present_); }
  [[nodiscard]] std::uint32_t first_of(std::uint32_t boot) const;
  /// The last opening within that boot of the machine.
  [[nodiscard]] std::uint32_t last_of(std::uint32_t boot) const;

 private:
  struct MachineBoot {
    std::uint32_t first = 0;
    BootUuid uuid{};
    std::optional<LearnedClock> learned;
  };
  [[nodiscard]] const MachineBoot* find(std::uint32_t boot) const;

  std::vector<MachineBoot> machine_boots_;  ///< rising by `first`
  std::uint32_t present_ = 0;
};

/// When and how an event was taken in.
struct Stamp {
  std::uint32_t boot = 0;
  BootTime boot_time;
  WallTime recorded;  ///< the same moment on the wall clock
  TimeQuality recorded_quality = TimeQuality::unknown;
};

/// How long before it was taken in an event happened, by the clock that stamped both; 0 for an age that is negative or
/// above that of the boot itself, which says that the clock was moved in between.
[[nodiscard]] Nanoseconds age_at(WallTime taken_in, BootTime boot, WallTime happened);

/// Times of an event as receivers get them. What is stored never changes; this follows from it and what was learned.
/// Only what was taken in while the time was not known is corrected: a time that was not known then, and comes when it
/// is, is of an earlier moment that nothing ties to boot time.
struct ShownTimes {
  WallTime time;
  TimeQuality quality = TimeQuality::unknown;
  WallTime recorded;
  bool may_improve = false;  ///< our clock's time, unknown, and nothing learned yet
};
[[nodiscard]] ShownTimes shown_times(const Event& event, const Stamp& stamp, const BootClocks& clocks);

}  // namespace chargehook::model
