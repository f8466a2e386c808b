#include "config/nearest.hpp"

#include <algorithm>
#include <vector>

#include "config/characters.hpp"

namespace chargehook::config {
namespace {

constexpr std::size_t longest_word = 64;
constexpr std::size_t longest_list = 200;

/// Code points in lower case, `_` as `-`.
std::u32string folded(std::string_view text) {
  std::u32string out;
  while (!text.empty()) {
    const Character character = first_character(text).value_or(Character{U'?', 1});
    const char32_t code = character.code;
    out += code == U'_' ? U'-' : code >= U'A' && code <= U'Z' ? code + 32 : code;
    text.remove_prefix(character.bytes);
  }
  return out;
}

}  // namespace

std::size_t edit_distance(std::string_view from, std::string_view to) {
  const std::u32string a = folded(from.substr(0, longest_word));
  const std::u32string b = folded(to.substr(0, longest_word));
  std::vector<std::vector<std::size_t>> cost(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) {
    for (std::size_t j = 0; j <= b.size(); ++j) {
      if (i == 0 || j == 0) {
        cost[i][j] = i + j;
        continue;
      }
      const std::size_t change = a[i - 1] == b[j - 1] ? 0 : 1;
      cost[i][j] = std::min({cost[i - 1][j] + 1, cost[i][j - 1] + 1, cost[i - 1][j - 1] + change});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        cost[i][j] = std::min(cost[i][j], cost[i - 2][j - 2] + 1);
      }
    }
  }
  return cost.back().back();
}

std::string_view nearest(std::string_view word, std::span<const std::string_view> known) {
  std::string_view best;
  std::size_t best_distance = std::max<std::size_t>(1, character_count(word) / 3) + 1;
  for (const std::string_view candidate : known) {
    const std::size_t distance = edit_distance(word, candidate);
    if (distance < best_distance) {
      best = candidate;
      best_distance = distance;
    }
  }
  return best;
}

std::string suggestion(std::string_view word, std::span<const std::string_view> known) {
  if (const std::string_view meant = nearest(word, known); !meant.empty()) {
    return "did you mean \"" + std::string(meant) + "\"?" +
           (is_ascii(word) || !is_ascii(meant) ? "" : " A letter in it only looks like one of ours");
  }
  std::string list;
  for (const std::string_view candidate : known) list.append(list.empty() ? "" : ", ").append(candidate);
  return list.empty() || list.size() > longest_list ? std::string{} : "one of: " + list;
}

}  // namespace chargehook::config
