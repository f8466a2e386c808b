/// What the table `imported` says, in memory: ranges of the same store that touch are one. One thread at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "journal/format/imported_row.hpp"

namespace chargehook::journal {

class ImportedRanges {
 public:
  /// Store id and first sequence.
  using Place = std::pair<std::uint64_t, model::Sequence>;
  /// What stood at each place before it was changed; nothing: no row.
  using Changes = std::map<Place, std::optional<model::Sequence>>;

  ImportedRanges() = default;
  explicit ImportedRanges(const std::vector<ImportedRow>& rows);

  [[nodiscard]] bool covers(std::uint64_t store_id, model::Sequence sequence) const;

  /// Whether the range would become part of a row that is there.
  [[nodiscard]] bool touches(const ImportedRow& range) const;

  /// @param changes if given: gets what it changes, unless it has that place already
  void add(const ImportedRow& range, Changes* changes = nullptr);

  /// As if none of these changes had been made.
  void take_back(const Changes& changes);

  /// What brings the table from what it was before these changes to what is here.
  [[nodiscard]] std::vector<ImportedPut> puts(const Changes& changes) const;

  [[nodiscard]] std::vector<ImportedRow> rows() const;
  [[nodiscard]] std::size_t size() const { return rows_.size(); }

 private:
  using Rows = std::map<Place, model::Sequence>;
  [[nodiscard]] Rows::const_iterator first_touched(const ImportedRow& range) const;

  Rows rows_;  ///< the last sequence of each
};

}  // namespace chargehook::journal
