/// What is wrong with a store, in words that name the bad part.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace chargehook::journal {

/// What a finding means for whoever goes on with the store.
enum class Harm : std::uint8_t {
  value,      ///< one event, opening of the store or point of a chain cannot be read; nothing else depends on it
  row,        ///< a row that a start needs cannot be read, or is missing
  numbers,    ///< rows that can be read contradict each other
  structure,  ///< the pages of the file contradict each other: nothing it says can be relied on
};

struct Finding {
  Harm harm = Harm::structure;
  std::string where;  ///< database and key: "log0 0x000000000000002a"; empty for the file as a whole
  std::string what;   ///< a sentence without its subject: "the bytes are not those that were written"

  bool operator==(const Finding&) const = default;
};

/// "log0 0x000000000000002a: the bytes are not those that were written"
[[nodiscard]] std::string text_of(const Finding& finding);

/// The first findings, and how many there were of each harm. Bounded: a file full of noise has a million.
class Findings {
 public:
  static constexpr std::size_t kept_max = 200;

  void add(Finding finding);
  [[nodiscard]] const std::vector<Finding>& kept() const { return kept_; }
  [[nodiscard]] std::uint64_t count() const;
  [[nodiscard]] std::uint64_t count(Harm harm) const { return counts_[static_cast<std::size_t>(harm)]; }

  /// Raises the count to what somebody says who has seen more of them than are kept.
  void count_more(std::uint64_t total);

 private:
  std::vector<Finding> kept_;
  std::array<std::uint64_t, 4> counts_{};
};

}  // namespace chargehook::journal
