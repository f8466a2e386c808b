#include "core/retention/gap_table.hpp"

#include <algorithm>

namespace chargehook::core {

using journal::GapNotice;
using journal::GapPut;

GapTable::GapTable(std::vector<journal::GapRow> stored) {
  for (auto& row : stored) {
    const Place place{row.event_class, row.from_sequence};
    rows_.emplace(place, std::move(row));
  }
}

void GapTable::apply(const std::vector<GapPut>& puts) {
  for (const auto& put : puts) {
    const Place place{put.event_class, put.from_sequence};
    if (put.row) {
      rows_.insert_or_assign(place, *put.row);
    } else {
      rows_.erase(place);
    }
  }
}

const GapNotice* GapTable::find(model::EventClass event_class, model::Sequence event) const {
  for (const auto& [place, row] : rows_) {
    if (place.first != event_class) continue;
    const auto found = std::ranges::find(row.notices, event, &GapNotice::event);
    if (found != row.notices.end()) return &*found;
  }
  return nullptr;
}

std::vector<GapPut> GapTable::without_events_above(model::EventClass event_class, model::Sequence up_to) const {
  std::vector<GapPut> out;
  for (const auto& [place, row] : rows_) {
    const bool is_told = !row.notices.empty() &&
                         std::ranges::all_of(row.notices, [&](const auto& notice) { return notice.event <= up_to; });
    if (place.first == event_class && is_told) out.push_back({place.first, place.second, std::nullopt});
  }
  return out;
}

}  // namespace chargehook::core
