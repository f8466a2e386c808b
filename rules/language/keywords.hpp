/// The words of the language that cannot be the name of anything.
#pragma once

#include <algorithm>
#include <array>
#include <string_view>

namespace chargehook::rules {

inline constexpr std::array<std::string_view, 9> keywords{"and", "or",      "not",   "between", "is",
                                                          "of",  "unknown", "stale", "fresh"};

/// `min` is a function before "(" and a unit after a number.
inline constexpr std::array<std::string_view, 4> functions{"abs", "avg", "max", "min"};

[[nodiscard]] inline bool is_keyword(std::string_view name) {
  return std::ranges::find(keywords, name) != keywords.end();
}
[[nodiscard]] inline bool is_function(std::string_view name) {
  return std::ranges::find(functions, name) != functions.end();
}

}  // namespace chargehook::rules
