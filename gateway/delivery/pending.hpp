/// What one stream's cursor has passed, or is about to, although it is not done: events that were refused for their
/// content, and the later ones of their partition keys. Knows whose turn it is: per key in order of n, one delivery at
/// a time. The records stay in the log; the one whose turn it is is read again, so memory holds rows and one event.
/// Owner: its stream. One thread.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>
#include <vector>

#include "delivery/streams.hpp"
#include "model/clock.hpp"
#include "model/pend.hpp"

namespace chargehook::delivery {

class Pending {
 public:
  /// Rows of one stream at most: about a megabyte of the store, and two in memory.
  static constexpr std::size_t rows_max = 10'000;

  /// The delivery whose turn it is.
  struct Turn {
    std::uint64_t n = 0;
    std::optional<Item> item;  ///< nothing: it is being read
    model::ChainHash hash{};   ///< h(n), once it is read
    bool under_way = false;
  };

  Pending() = default;
  /// @param stored rows of the stream, by n. Each key is due at once: a start is a reason to try again
  explicit Pending(const std::vector<model::PendRow>& stored);

  [[nodiscard]] std::size_t size() const { return rows_.size(); }
  [[nodiscard]] bool empty() const { return rows_.empty(); }
  /// Whether the store has room for rows.
  void may_grow(bool may) { may_grow_ = may; }
  [[nodiscard]] bool has_room_for(std::size_t rows) const { return may_grow_ && rows_.size() + rows <= rows_max; }
  [[nodiscard]] bool has_key(std::uint64_t key) const { return keys_.contains(key); }
  [[nodiscard]] bool contains(std::uint64_t n) const { return rows_.contains(n); }
  [[nodiscard]] const model::PendRow& row(std::uint64_t n) const { return rows_.at(n).row; }

  /// A row of a higher n than all of its key.
  /// @param due of the first of its key; the others follow it
  void add(const model::PendRow& row, model::BootTime due);

  /// The first that is due by `now` gets its turn, if nobody has it: its record is to be read.
  [[nodiscard]] const model::PendRow* begin_turn(model::BootTime now);
  /// Its record, nothing if it cannot be read: it can never be sent, and its row goes. An answer that nobody waits for
  /// any more changes nothing.
  void record_read(std::uint64_t n, const Item* item, model::BootTime now);
  /// Whose record is read and who is not under way.
  [[nodiscard]] const Turn* ready() const;
  [[nodiscard]] const Turn& turn() const { return *turn_; }
  void start() { turn_->under_way = true; }

  // How it ended. The next of a key that got on is due at once, behind those that were due before.
  void delivered(std::uint64_t n, model::BootTime now) { remove(n, now); }
  void put_back() { turn_->under_way = false; }
  void hold_back(std::uint64_t n, const model::Refusals& refusals, model::BootTime until);

  /// When the next turn begins; nothing while one is under way.
  [[nodiscard]] std::optional<model::BootTime> next_turn() const;
  /// When the first one is tried again, as far as it waits for that.
  [[nodiscard]] std::optional<model::BootTime> next_attempt() const;

  /// What lies at or above it has to stay in the log, as the rows handed out say it: 0 nothing.
  [[nodiscard]] model::Sequence lowest_sequence() const;
  [[nodiscard]] bool has_sequence(model::Sequence sequence) const;
  [[nodiscard]] std::vector<const model::PendRow*> rows_up_to(model::Sequence up_to) const;
  [[nodiscard]] bool is_under_way_up_to(model::Sequence up_to) const;
  /// They are given up; none of them is under way.
  void drop_up_to(model::Sequence up_to);

  /// Whether rows up to `n` are to be stored, or stored ones deleted.
  [[nodiscard]] bool has_changes(std::uint64_t n) const;
  void take_changes(const model::StreamId& stream, std::uint64_t n, std::vector<model::PendPut>& out);
  /// Deletes every row that is stored: another generation takes over.
  void abandon(const model::StreamId& stream, std::vector<model::PendPut>& out) const;

 private:
  struct Row {
    model::PendRow row;
    model::BootTime due;
    bool is_stored = false;
  };

  void remove(std::uint64_t n, model::BootTime now);

  std::map<std::uint64_t, Row> rows_;                                  ///< by n
  std::unordered_map<std::uint64_t, std::deque<std::uint64_t>> keys_;  ///< n of each key, rising; for look-ups only
  std::set<std::pair<model::BootTime, std::uint64_t>> due_;            ///< the first of each key, but who has the turn
  std::optional<Turn> turn_;
  bool may_grow_ = true;
  std::set<std::uint64_t> changed_;                   ///< n of rows that are not stored as they are
  std::map<std::uint64_t, model::Sequence> removed_;  ///< stored rows to delete, by n
};

}  // namespace chargehook::delivery
