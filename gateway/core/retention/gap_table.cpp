#include "core/retention/gap_table.hpp"

#include <algorithm>

namespace chargehook::core {

using journal::GapNotice;
using journal::GapPut;

GapTable::GapTable(std::vector<journal::GapRow> stored) {
  for (auto& row : stored) {
    const Place place{row.event_class, row.from_sequence};
    put(place, std::move(row));
  }
}

void GapTable::put(const Place& place, journal::GapRow row) {
  const bool is_told = std::ranges::all_of(row.notices, [](const auto& notice) { return notice.event != 0; });
  if (is_told) {
    untold_.erase(place);
  } else {
    untold_.insert(place);
  }
  rows_.insert_or_assign(place, std::move(row));
}

void GapTable::apply(const std::vector<GapPut>& puts) {
  for (const auto& put : puts) {
    const Place place{put.event_class, put.from_sequence};
    if (put.row) {
      this->put(place, *put.row);
    } else {
      rows_.erase(place);
      untold_.erase(place);
    }
  }
}

const journal::GapRow* GapTable::untold() const { return untold_.empty() ? nullptr : &rows_.at(*untold_.begin()); }

void GapTable::add_untold(journal::GapRow row) {
  const Place place{row.event_class, row.from_sequence};
  if (const auto* present = at(place.first, place.second)) {
    row.to_sequence = std::max(row.to_sequence, present->to_sequence);
    row.notices.insert(row.notices.end(), present->notices.begin(), present->notices.end());
  }
  put(place, std::move(row));
}

const journal::GapRow* GapTable::at(model::EventClass event_class, model::Sequence from_sequence) const {
  const auto found = rows_.find({event_class, from_sequence});
  return found == rows_.end() ? nullptr : &found->second;
}

bool GapTable::tells_of_damage(const model::StreamId& stream, model::Sequence sequence) const {
  return std::ranges::any_of(rows_, [&](const auto& entry) {
    const auto& [place, row] = entry;
    if (place.first != stream.event_class || row.reason != journal::GapReason::corrupt) return false;
    return std::ranges::any_of(row.notices, [&](const auto& notice) {
      const auto& gap = notice.gap;
      return gap.stream.endpoint == stream.endpoint && gap.from_sequence <= sequence && sequence <= gap.to_sequence;
    });
  });
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
    const bool is_told = !row.notices.empty() && std::ranges::all_of(row.notices, [&](const auto& notice) {
      return notice.event != 0 && notice.event <= up_to;
    });
    if (place.first == event_class && is_told) out.push_back({place.first, place.second, std::nullopt});
  }
  return out;
}

}  // namespace chargehook::core
