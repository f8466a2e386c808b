#include "core/configuration/config_words.hpp"

#include <array>
#include <charconv>
#include <string_view>

namespace chargehook::core {

std::string size_text(std::uint64_t bytes) {
  constexpr std::array<std::string_view, 4> names{"byte", "KiB", "MiB", "GiB"};
  std::size_t name = 0;
  for (; name + 1 < names.size() && bytes != 0 && bytes % 1024 == 0; ++name) bytes /= 1024;
  return std::to_string(bytes) + " " + std::string(names[name]);
}

std::string duration_text(std::chrono::milliseconds duration) {
  const auto milliseconds = duration.count();
  if (milliseconds % 1000 != 0 || milliseconds == 0) return std::to_string(milliseconds) + " ms";
  if (milliseconds % 60'000 != 0) return std::to_string(milliseconds / 1000) + " s";
  return std::to_string(milliseconds / 60'000) + " min";
}

std::string long_duration_text(std::chrono::seconds duration) {
  using std::chrono::days;
  using std::chrono::hours;
  if (duration % days{1} == duration.zero()) return std::to_string(duration / days{1}) + " d";
  if (duration % hours{1} == duration.zero()) return std::to_string(duration / hours{1}) + " h";
  return duration_text(duration);
}

std::string amount_text(const rules::Amount& amount) {
  const bool in_kilowatt = amount.quantity == model::Quantity::power && amount.value >= 1000;
  std::array<char, 32> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(),
                                 in_kilowatt ? amount.value / 1000 : amount.value, std::chars_format::general, 12);
  return std::string(digits.data(), end.ptr) + " " +
         (in_kilowatt ? "kW" : std::string(model::base_symbol(amount.quantity)));
}

}  // namespace chargehook::core
