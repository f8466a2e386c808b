#include "core/intake/imports.hpp"

#include <algorithm>
#include <utility>

namespace chargehook::core {

using journal::OriginReason;

Imports::Imports(std::uint64_t store_id, std::vector<journal::StoreOrigin> origins,
                 const std::vector<journal::ImportedRow>& stored, std::size_t rows_max)
    : store_id_(store_id), origins_(std::move(origins)), ranges_(stored), rows_max_(rows_max) {}

/// Of this store, or of the one that it was on another machine or before it was restored.
bool Imports::is_own(const journal::Origin& identity) const {
  if (identity.store_id == store_id_) return true;
  return std::ranges::any_of(origins_, [&](const journal::StoreOrigin& before) {
    return before.reason != OriginReason::damage && before.store_id == identity.store_id &&
           identity.sequence <= before.last_sequence;
  });
}

/// A file that was written and whose commit never was says so of events that are still here: they lie above the floor.
bool Imports::comes_back(const journal::ExportLine& line, model::Sequence billing_floor) const {
  return line.carried_out && line.event.event_class == model::EventClass::billing && line.sequence <= billing_floor &&
         is_own({line.store_id, line.sequence});
}

/// What came into the exporting store from a third says nothing of the numbers around it. What comes back is known by
/// the number under which it went: it may have gone before under another.
Imports::Place Imports::place_of(const journal::ExportLine& line, model::Sequence billing_floor) const {
  const journal::Origin own{line.store_id, line.sequence};
  const journal::Origin origin = line.origin.value_or(own);
  if (comes_back(line, billing_floor)) return {{own.store_id, own.sequence, own.sequence}, origin, true};
  if (line.origin) return {{origin.store_id, origin.sequence, origin.sequence}, origin};
  return {{line.store_id, line.previous == 0 ? line.sequence : line.previous + 1, line.sequence}, origin};
}

/// Its own events are here, or were.
bool Imports::is_here(const Place& place) const {
  if (ranges_.covers(place.range.store_id, place.range.to)) return true;
  return !place.comes_back && is_own(place.identity());
}

std::optional<std::string> Imports::why_not(const Place& place, model::Sequence next) const {
  if (place.range.store_id == store_id_ && place.range.to >= next) {
    return "it says that it is of this store, which has not come so far: was an old copy put back?";
  }
  if (!is_here(place) && ranges_.size() >= rows_max_ && !ranges_.touches(place.range)) {
    return "too many separate pieces have been imported: " + std::to_string(rows_max_);
  }
  return std::nullopt;
}

void Imports::take(LineToImport line, const StoreReach& reach, journal::Entry& entry) {
  const Place place = place_of(line.content, reach.billing_floor);
  if (auto reason = why_not(place, reach.next)) {
    under_way_->answer.refused.push_back({line.number, std::move(*reason)});
    return;
  }
  if (is_here(place)) {
    ++under_way_->answer.already_there;
    return;
  }
  ++under_way_->answer.taken;
  ranges_.add(place.range, &under_way_->changes);
  entry.carried.push_back({entry.events.size(), place.origin, line.content.recorded, line.content.recorded_quality});
  entry.events.push_back(std::move(line.content.event));
}

journal::Entry Imports::begin(ImportSeen chunk, const StoreReach& reach) {
  CHARGEHOOK_ASSERT(!under_way_);
  under_way_.emplace();
  under_way_->token = chunk.token;
  under_way_->answer.refused = std::move(chunk.refused);
  journal::Entry entry;
  for (auto& line : chunk.lines) take(std::move(line), reach, entry);
  entry.imported = ranges_.puts(under_way_->changes);
  entry.repeats = journal::Repeats::yes;
  return entry;
}

Release Imports::done() {
  auto ended = std::move(*std::exchange(under_way_, std::nullopt));
  std::ranges::sort(ended.answer.refused, {}, &RefusedLine::line);
  return {ended.token, std::move(ended.answer)};
}

Token Imports::give_up() {
  const auto ended = std::move(*std::exchange(under_way_, std::nullopt));
  ranges_.take_back(ended.changes);
  return ended.token;
}

}  // namespace chargehook::core
