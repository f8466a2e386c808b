#include "rules/language/nearest.hpp"

#include <algorithm>
#include <array>
#include <limits>

namespace chargehook::rules {

namespace {

constexpr std::size_t longest = 64;
using Row = std::array<std::size_t, longest + 1>;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool equal_but_for_case(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) { return lower(x) == lower(y); });
}

}  // namespace

std::size_t edit_distance(std::string_view from, std::string_view to) {
  if (from.size() > longest || to.size() > longest) return std::max(from.size(), to.size());
  Row before_last{};
  Row last{};
  Row row{};
  for (std::size_t j = 0; j <= to.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= from.size(); ++i) {
    before_last = last;
    last = row;
    row[0] = i;
    for (std::size_t j = 1; j <= to.size(); ++j) {
      const std::size_t replaced = last[j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, replaced});
      const bool swapped = i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1];
      if (swapped) row[j] = std::min(row[j], before_last[j - 2] + 1);
    }
  }
  return row[to.size()];
}

std::string_view nearest(std::string_view written, std::span<const std::string_view> candidates) {
  std::string_view best;
  std::size_t best_distance = std::numeric_limits<std::size_t>::max();
  for (const std::string_view candidate : candidates) {
    const std::size_t near_enough = std::max<std::size_t>(1, std::max(written.size(), candidate.size()) / 3);
    const std::size_t distance = equal_but_for_case(written, candidate) ? 0 : edit_distance(written, candidate);
    if (distance > near_enough || distance >= best_distance) continue;
    best = candidate;
    best_distance = distance;
  }
  return best;
}

std::string did_you_mean(std::string_view written, std::span<const std::string_view> candidates) {
  const std::string_view found = nearest(written, candidates);
  return found.empty() ? std::string{} : "did you mean \"" + std::string{found} + "\"?";
}

}  // namespace chargehook::rules
