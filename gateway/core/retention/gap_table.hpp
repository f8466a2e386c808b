/// What the table `gaps` holds, in memory: which losses are not told yet. Owner: Core. One thread.
#pragma once

#include <map>
#include <set>
#include <utility>
#include <vector>

#include "journal/format/gap_row.hpp"

namespace chargehook::core {

class GapTable {
 public:
  explicit GapTable(std::vector<journal::GapRow> stored);

  /// These are durable.
  void apply(const std::vector<journal::GapPut>& puts);

  /// What the gap event under this sequence tells; nullptr if no row knows it.
  [[nodiscard]] const journal::GapNotice* find(model::EventClass event_class, model::Sequence event) const;

  /// A row that has a notice without an event; nullptr if there is none.
  [[nodiscard]] const journal::GapRow* untold() const;

  [[nodiscard]] std::size_t untold_rows() const { return untold_.size(); }

  /// Such a row, which is not durable: found again after a crash. Where its place has one of other damage the two are
  /// one.
  void add_untold(journal::GapRow row);

  /// The row of this place; nullptr if there is none.
  [[nodiscard]] const journal::GapRow* at(model::EventClass event_class, model::Sequence from_sequence) const;

  /// Whether a row tells the stream's endpoint that this record is damaged.
  [[nodiscard]] bool tells_of_damage(const model::StreamId& stream, model::Sequence sequence) const;

  /// Deletes the rows of the class whose events all lie at or below `up_to`: told, or told anew by a later row.
  [[nodiscard]] std::vector<journal::GapPut> without_events_above(model::EventClass event_class,
                                                                  model::Sequence up_to) const;

  [[nodiscard]] std::size_t size() const { return rows_.size(); }

 private:
  using Place = std::pair<model::EventClass, model::Sequence>;
  void put(const Place& place, journal::GapRow row);

  std::map<Place, journal::GapRow> rows_;
  std::set<Place> untold_;
};

}  // namespace chargehook::core
