#include "journal/imported_ranges.hpp"

#include <algorithm>

namespace chargehook::journal {

ImportedRanges::ImportedRanges(const std::vector<ImportedRow>& rows) {
  for (const auto& row : rows) add(row);
}

bool ImportedRanges::covers(std::uint64_t store_id, model::Sequence sequence) const {
  const auto after = rows_.upper_bound({store_id, sequence});
  if (after == rows_.begin()) return false;
  const auto& [place, to] = *std::prev(after);
  return place.first == store_id && sequence <= to;
}

/// The first row that overlaps the range or lies beside it, or the end of all.
ImportedRanges::Rows::const_iterator ImportedRanges::first_touched(const ImportedRow& range) const {
  auto row = rows_.upper_bound({range.store_id, range.from});
  if (row != rows_.begin()) {
    const auto before = std::prev(row);
    if (before->first.first == range.store_id && before->second >= range.from - 1) return before;
  }
  const bool is_beside = row != rows_.end() && row->first.first == range.store_id && row->first.second - 1 <= range.to;
  return is_beside ? row : rows_.end();
}

bool ImportedRanges::touches(const ImportedRow& range) const { return first_touched(range) != rows_.end(); }

void ImportedRanges::add(const ImportedRow& range, Changes* changes) {
  ImportedRow whole = range;
  const auto note = [&](const Place& place, std::optional<model::Sequence> before) {
    if (changes != nullptr) changes->try_emplace(place, before);
  };
  for (auto row = first_touched(whole); row != rows_.end(); row = first_touched(whole)) {
    whole.from = std::min(whole.from, row->first.second);
    whole.to = std::max(whole.to, row->second);
    note(row->first, row->second);
    rows_.erase(row);
  }
  note({whole.store_id, whole.from}, std::nullopt);
  rows_.emplace(Place{whole.store_id, whole.from}, whole.to);
}

void ImportedRanges::take_back(const Changes& changes) {
  for (const auto& [place, before] : changes) {
    if (before) {
      rows_.insert_or_assign(place, *before);
    } else {
      rows_.erase(place);
    }
  }
}

std::vector<ImportedPut> ImportedRanges::puts(const Changes& changes) const {
  std::vector<ImportedPut> out;
  for (const auto& [place, before] : changes) {
    const auto row = rows_.find(place);
    const auto after = row == rows_.end() ? std::nullopt : std::optional{row->second};
    if (after != before) out.push_back({place.first, place.second, after});
  }
  return out;
}

std::vector<ImportedRow> ImportedRanges::rows() const {
  std::vector<ImportedRow> out;
  out.reserve(rows_.size());
  for (const auto& [place, to] : rows_) out.push_back({place.first, place.second, to});
  return out;
}

}  // namespace chargehook::journal
