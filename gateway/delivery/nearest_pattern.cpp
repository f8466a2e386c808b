#include "delivery/nearest_pattern.hpp"

#include <algorithm>
#include <numeric>
#include <set>
#include <vector>

#include "model/event_type.hpp"

namespace chargehook::delivery {
namespace {

constexpr std::size_t longest_pattern = 64;  // beyond it nobody meant a type name, and edits cost length × length

/// Levenshtein: insertions, deletions and replacements between two words.
std::size_t edits(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row.back();
}

std::string group_of(std::string_view name) { return std::string{name.substr(0, name.find('.'))}; }

/// In the order of their text, so that equal distances always give the same answer.
std::set<std::string> candidates(bool groups) {
  std::set<std::string> words;
  for (const auto& type : model::event_types()) {
    words.insert(groups ? group_of(type.name) + ".*" : std::string{type.name});
  }
  return words;
}

std::string nearest_of(std::string_view pattern, bool groups) {
  std::string best;
  std::size_t fewest = std::max<std::size_t>(2, pattern.size() / 3) + 1;
  for (const auto& word : candidates(groups)) {
    const std::size_t distance = edits(pattern, word);
    if (distance >= fewest) continue;
    fewest = distance;
    best = word;
  }
  return best;
}

}  // namespace

std::string nearest_pattern(std::string_view pattern) {
  if (pattern.starts_with(model::type_prefix)) pattern.remove_prefix(model::type_prefix.size());
  if (pattern.empty() || pattern.size() > longest_pattern) return {};
  if (pattern == "*") return "all";
  if (pattern.ends_with('.')) pattern.remove_suffix(1);
  if (pattern.ends_with(".*")) return nearest_of(pattern, true);
  const bool is_word = pattern.find('.') == std::string_view::npos;
  return is_word ? nearest_of(std::string{pattern} + ".*", true) : nearest_of(pattern, false);
}

}  // namespace chargehook::delivery
