#include "cli/words.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace chargehook::cli {

std::string grouped(std::uint64_t number) {
  std::string digits = std::to_string(number);
  for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0; at -= 3) {
    digits.insert(static_cast<std::size_t>(at), ",");
  }
  return digits;
}

std::string long_time(std::chrono::seconds time) {
  struct UnitOfTime {
    std::string_view name;
    std::int64_t seconds;
  };
  constexpr std::array<UnitOfTime, 4> units{{{"d", 86'400}, {"h", 3600}, {"min", 60}, {"s", 1}}};
  auto left = std::max<std::int64_t>(time.count(), 0);
  for (std::size_t i = 0; i < units.size(); ++i) {
    if (left < units[i].seconds && i + 1 < units.size()) continue;
    std::string out = std::to_string(left / units[i].seconds) + " " + std::string(units[i].name);
    left %= units[i].seconds;
    const bool has_second = i + 1 < units.size() && left / units[i + 1].seconds > 0;
    if (!has_second) return out;
    return out + " " + std::to_string(left / units[i + 1].seconds) + " " + std::string(units[i + 1].name);
  }
  return {};
}

}  // namespace chargehook::cli
