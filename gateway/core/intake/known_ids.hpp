/// The rows of the table `ids` in memory: which ids are in the store. Bounded; the oldest go first.
/// Owner: Repetitions. One thread.
///
/// A row is 32 bytes and its share of the index 8 to 16: 4.3 MB for 100,000 rows, next to nothing when none are handed
/// in.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "journal/format/id_row.hpp"

namespace chargehook::core {

inline constexpr std::size_t known_ids_max = 100'000;

/// The day under way and the seven before it on which anything was handed in.
inline constexpr std::size_t known_days_max = 8;

class KnownIds {
 public:
  /// @param most at least 1
  KnownIds(std::vector<journal::IdRow> stored, std::size_t most);

  struct Known {
    model::Sequence sequence = 0;
    std::uint64_t content = 0;  ///< journal::content_hash

    bool operator==(const Known&) const = default;
  };
  [[nodiscard]] std::optional<Known> find(std::uint64_t id) const;

  /// Durable now.
  void add(const journal::IdRow& row);

  /// What is not known any more and still lies in the table.
  [[nodiscard]] std::vector<journal::IdRow> take_gone();

  [[nodiscard]] std::size_t size() const { return rows_.size(); }
  [[nodiscard]] std::uint32_t last_day() const { return days_.empty() ? 0 : days_.back(); }
  /// Gone for want of room, not for age.
  [[nodiscard]] std::uint64_t crowded_out() const { return crowded_out_; }

 private:
  using Number = std::uint32_t;  ///< of a row, from its place in rows_; 0: a free slot

  [[nodiscard]] const journal::IdRow& row(Number number) const { return rows_[static_cast<Number>(number - first_)]; }
  [[nodiscard]] std::size_t home_of(std::uint64_t id) const { return id & (slots_.size() - 1); }
  [[nodiscard]] std::size_t slot_of(std::uint64_t id) const;
  void index(std::size_t slots);
  void close_hole(std::size_t hole);
  void drop_oldest();

  std::size_t most_;
  std::deque<journal::IdRow> rows_;  ///< in the order of their commits
  std::deque<std::uint32_t> days_;   ///< the newest there were, rising
  std::vector<Number> slots_;        ///< open addressing with linear probing; a power of two, at most half full
  Number first_ = 1;                 ///< number of rows_.front()
  std::vector<journal::IdRow> gone_;
  std::uint64_t crowded_out_ = 0;
};

}  // namespace chargehook::core
