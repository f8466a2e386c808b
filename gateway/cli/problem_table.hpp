/// What is wrong, as a table of a name, what is wrong with it and what to do, in 80 columns. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace chargehook::cli {

inline constexpr std::size_t columns = 80;

struct Problem {
  std::string what;  ///< "endpoint billing"
  std::string text;  ///< what is wrong with it
  std::string next;  ///< what to do, on lines of its own
};

/// Columns of the left half, as wide as the names of these problems need.
[[nodiscard]] std::size_t left_columns(const std::vector<Problem>& problems);

/// One or more whole lines.
[[nodiscard]] std::string text_of(const Problem& problem, std::size_t left);

}  // namespace chargehook::cli
