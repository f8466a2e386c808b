/// When to try a broker again. Pure; any thread.
#pragma once

#include <algorithm>
#include <chrono>

namespace chargehook::mqtt {

struct ConnectSchedule {
  std::chrono::milliseconds first{1'000};
  std::chrono::milliseconds longest{30'000};

  /// The pause after so many failures in a row, ≥ 1: it doubles up to the longest.
  [[nodiscard]] std::chrono::milliseconds pause(int failures) const {
    std::chrono::milliseconds delay = first;
    for (int i = 1; i < failures && delay < longest; ++i) delay *= 2;
    return std::min(delay, longest);
  }
};

}  // namespace chargehook::mqtt
