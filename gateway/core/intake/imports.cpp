#include "core/intake/imports.hpp"

#include <algorithm>
#include <utility>

namespace chargehook::core {

using journal::OriginReason;

Imports::Imports(std::uint64_t store_id, std::vector<journal::StoreOrigin> origins,
                 const std::vector<journal::ImportedRow>& stored, std::size_t rows_max)
    : store_id_(store_id), origins_(std::move(origins)), ranges_(stored), rows_max_(rows_max) {}

/// What came into the exporting store from a third says nothing of the numbers around it.
Imports::Place Imports::place_of(const journal::ExportLine& line) {
  if (line.origin) return {{line.origin->store_id, line.origin->sequence, line.origin->sequence}};
  return {{line.store_id, line.previous == 0 ? line.sequence : line.previous + 1, line.sequence}};
}

/// Events of this store, or of the one that it was on another machine, are here, or were.
bool Imports::is_here(const journal::Origin& identity) const {
  if (identity.store_id == store_id_ || ranges_.covers(identity.store_id, identity.sequence)) return true;
  return std::ranges::any_of(origins_, [&](const journal::StoreOrigin& before) {
    return before.reason == OriginReason::machine && before.store_id == identity.store_id &&
           identity.sequence <= before.last_sequence;
  });
}

std::optional<std::string> Imports::why_not(const Place& place, model::Sequence next) const {
  if (place.range.store_id == store_id_ && place.range.to >= next) {
    return "it says that it is of this store, which has not come so far: was an old copy put back?";
  }
  if (!is_here(place.identity()) && ranges_.size() >= rows_max_ && !ranges_.touches(place.range)) {
    return "too many separate pieces have been imported: " + std::to_string(rows_max_);
  }
  return std::nullopt;
}

void Imports::take(LineToImport line, model::Sequence next, journal::Entry& entry) {
  const Place place = place_of(line.content);
  if (auto reason = why_not(place, next)) {
    under_way_->answer.refused.push_back({line.number, std::move(*reason)});
    return;
  }
  if (is_here(place.identity())) {
    ++under_way_->answer.already_there;
    return;
  }
  ++under_way_->answer.taken;
  ranges_.add(place.range, &under_way_->changes);
  entry.carried.push_back(
      {entry.events.size(), place.identity(), line.content.recorded, line.content.recorded_quality});
  entry.events.push_back(std::move(line.content.event));
}

journal::Entry Imports::begin(ImportSeen chunk, model::Sequence next) {
  CHARGEHOOK_ASSERT(!under_way_);
  under_way_.emplace();
  under_way_->token = chunk.token;
  under_way_->answer.refused = std::move(chunk.refused);
  journal::Entry entry;
  for (auto& line : chunk.lines) take(std::move(line), next, entry);
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
