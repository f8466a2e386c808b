/// What is wrong with a rule: a stable code and the exact place in the text that was handed in.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace chargehook::rules {

/// A stretch of bytes of one text.
struct Place {
  std::size_t offset = 0;
  std::size_t length = 0;

  bool operator==(const Place&) const = default;
};

/// The smallest stretch that holds both.
[[nodiscard]] inline Place cover(Place first, Place last) {
  const auto begin = first.offset < last.offset ? first.offset : last.offset;
  const auto first_end = first.offset + first.length;
  const auto last_end = last.offset + last.length;
  return {begin, (first_end > last_end ? first_end : last_end) - begin};
}

/// One sentence about one place. Codes are listed in docs/rules.md; "E…" refuses the rule, "W…" does not.
struct Diagnostic {
  std::string code;
  Place place;          ///< in the text of one key: `when`, `clear`, `each`, `title` …
  std::string message;  ///< starts small, no full stop: "cannot compare power with current"
  std::string help;     ///< what to write instead; empty if there is nothing to say

  bool operator==(const Diagnostic&) const = default;
};
using Diagnostics = std::vector<Diagnostic>;

}  // namespace chargehook::rules
