/// What the table `gaps` holds, in memory: which losses are not told yet. Owner: Core. One thread.
#pragma once

#include <map>
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

  /// Deletes the rows of the class whose events all lie at or below `up_to`: told, or told anew by a later row.
  [[nodiscard]] std::vector<journal::GapPut> without_events_above(model::EventClass event_class,
                                                                  model::Sequence up_to) const;

  [[nodiscard]] std::size_t size() const { return rows_.size(); }

 private:
  using Place = std::pair<model::EventClass, model::Sequence>;
  std::map<Place, journal::GapRow> rows_;
};

}  // namespace chargehook::core
