#include "cli/problem_table.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "config/characters.hpp"

namespace chargehook::cli {
namespace {

constexpr std::size_t left_least = 19;  // columns of the left half of PROBLEMS, with the blanks around it
constexpr std::size_t left_most = 30;   // a name that is longer has a line of its own

/// `text` in words of one line each; what is wider than the room has a line of its own.
std::vector<std::string> wrapped(std::string_view text, std::size_t room, std::string_view between) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const auto end = std::min(text.find(between), text.size());
    const auto word = text.substr(0, end);
    text.remove_prefix(std::min(end + between.size(), text.size()));
    const auto width = [](std::string_view of) { return config::character_count(of); };
    if (lines.empty() || width(lines.back()) + between.size() + width(word) > room) {
      lines.emplace_back(word);
    } else {
      lines.back().append(between).append(word);
    }
  }
  return lines;
}

std::size_t left_width(const Problem& problem) { return config::character_count(problem.what) + 3; }

}  // namespace

std::size_t left_columns(const std::vector<Problem>& problems) {
  std::size_t columns_needed = left_least;
  for (const auto& problem : problems) {
    if (left_width(problem) <= left_most) columns_needed = std::max(columns_needed, left_width(problem));
  }
  return columns_needed;
}

std::string text_of(const Problem& problem, std::size_t left) {
  std::string out = "  " + problem.what;
  bool beside = left_width(problem) <= left;
  if (beside) out.append(left - left_width(problem) + 1, ' ');
  std::vector<std::string> lines = wrapped(problem.text, columns - left, " ");
  for (const auto& step : wrapped(problem.next, 0, "\n")) {
    for (auto& line : wrapped(step, columns - left, " ")) lines.push_back(std::move(line));
  }
  for (const auto& line : lines) {
    if (!std::exchange(beside, false)) out.append("\n").append(left, ' ');
    out += line;
  }
  return out + '\n';
}

}  // namespace chargehook::cli
