/// Which of many like events has a line in the log. Pure.
#pragma once

#include <cstdint>

namespace chargehook::runtime {

/// @param count how many there have been, this one included
/// @return true for the first, tenth, hundredth …
[[nodiscard]] constexpr bool is_worth_a_line(std::uint64_t count) {
  if (count == 0) return false;
  while (count % 10 == 0) count /= 10;
  return count == 1;
}

}  // namespace chargehook::runtime
