/// What the gateway costs the flash memory that its store lies on: bytes written, per hour and per event, and how long
/// a memory of that size lasts at the rate of the last hour. Owner: Core. One thread.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>

#include "model/clock.hpp"

namespace chargehook::core {

/// What has been written so far, at one moment.
struct FlashSight {
  std::uint64_t written_bytes = 0;   ///< ever more, from any beginning
  std::uint64_t capacity_bytes = 0;  ///< of the whole device; 0: not known
  bool is_device = false;            ///< counted by the block device, with what others write to it; else our own writes
};

struct FlashStatus {
  bool is_device = false;                 ///< as in FlashSight
  std::optional<double> bytes_per_hour;   ///< nothing: not known yet
  std::optional<double> bytes_per_event;  ///< of those admitted; nothing: not known yet, or there were none
  std::optional<double> years_of_life;    ///< of a new device, see `life_in_bytes`; nothing: not known

  bool operator==(const FlashStatus&) const = default;
};

/// What a device takes before it wears out, as the cheapest that industrial boxes have: 3,000 cycles of each cell (MLC
/// eMMC), and a controller that writes four times what it is given.
[[nodiscard]] constexpr double life_in_bytes(std::uint64_t capacity_bytes) {
  return static_cast<double>(capacity_bytes) * 3000 / 4;
}

class FlashWear {
 public:
  static constexpr std::chrono::minutes reaches_back{60};
  static constexpr std::chrono::minutes known_after{5};  ///< a rate over less says nothing

  /// @param events admitted since start
  void take(const model::Now& now, const FlashSight& sight, std::uint64_t events);

  [[nodiscard]] FlashStatus status() const;

 private:
  struct Sample {
    model::BootTime at;
    FlashSight sight;
    std::uint64_t events = 0;
  };
  std::deque<Sample> samples_;  ///< oldest first
};

}  // namespace chargehook::core
