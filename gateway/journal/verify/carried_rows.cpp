#include "journal/verify/carried_rows.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

namespace chargehook::journal {
namespace {

/// Up to where an endpoint had a class: its newest generation may begin before what one had.
model::Sequence cursor_of(const Salvage& salvage, const model::StreamId& id) {
  const model::StreamRow* newest = nullptr;
  for (const auto& [key, row] : salvage.old_streams()) {
    const bool is_same = row.id.endpoint == id.endpoint && row.id.event_class == id.event_class;
    if (is_same && (newest == nullptr || row.id.generation > newest->id.generation)) newest = &row;
  }
  return newest == nullptr ? 0 : newest->cursor.sequence;
}

/// Whether what the notice says still has to reach its stream; under which event, then.
bool take_over(const Salvage& salvage, const NewPlaces& places, GapNotice& notice) {
  if (notice.event == 0) return true;
  const auto& stream = notice.gap.stream;
  const bool is_trimmed = notice.event <= salvage.floor(stream.event_class).sequence;
  const auto place = is_trimmed ? std::nullopt : places.of(notice.event);
  const bool is_delivered = is_trimmed || (!place && notice.event <= cursor_of(salvage, stream));
  notice.event = place.value_or(0);
  return !is_delivered;
}

/// Which of its numbers they had nobody can say, nor whether its filter wanted them.
std::optional<GapNotice> loss_of(const Salvage& salvage, const model::StreamRow& stream,
                                 const std::vector<Hole>& holes) {
  GapNotice notice;
  model::StreamGap& gap = notice.gap;
  gap.stream = stream.id;
  const model::Sequence done = salvage.resume_at(stream);
  for (const auto& hole : holes) {
    if (hole.to_sequence <= done) continue;
    if (gap.events == 0) gap.from_sequence = std::max(hole.from_sequence, done + 1);
    gap.to_sequence = hole.to_sequence;
    gap.events += hole.records();
  }
  if (gap.events == 0) return std::nullopt;
  return notice;
}

/// With the records that are there and cannot be read after all.
std::vector<Hole> losses(const Salvage& salvage, const NewPlaces& places, model::EventClass event_class) {
  auto holes = salvage.holes(event_class);
  for (const auto& record : salvage.records()) {
    if (record.event_class != event_class || places.of(record.sequence)) continue;
    holes.push_back({record.sequence, record.sequence, record.ordinal, record.ordinal});
  }
  std::ranges::sort(holes, {}, &Hole::from_sequence);
  return holes;
}

std::optional<GapRow> row_of_loss(const Salvage& salvage, const NewPlaces& places, model::EventClass event_class) {
  const auto holes = losses(salvage, places, event_class);
  if (holes.empty()) return std::nullopt;
  GapRow row;
  row.event_class = event_class;
  row.reason = GapReason::lost_store;
  row.from_sequence = holes.front().from_sequence;
  row.to_sequence = holes.back().to_sequence;
  row.from_ordinal = holes.front().from_ordinal;
  row.to_ordinal = holes.back().to_ordinal;
  for (const auto& [key, stream] : salvage.old_streams()) {
    if (stream.closed || stream.id.event_class != event_class) continue;
    if (auto notice = loss_of(salvage, stream, holes)) row.notices.push_back(std::move(*notice));
  }
  if (row.notices.empty()) return std::nullopt;
  return row;
}

}  // namespace

std::optional<model::Sequence> NewPlaces::of(model::Sequence old) const {
  const auto found = std::ranges::lower_bound(records_, old, {}, &RecordPlace::sequence);
  if (found == records_.end() || found->sequence != old || unreadable_.contains(old)) return std::nullopt;
  return first_new_ + static_cast<model::Sequence>(found - records_.begin());
}

std::vector<IdRow> carried_ids(const Salvage& salvage, const NewPlaces& places) {
  // A row does not say of which class its event is: where it may be lost, and not trimmed, it is better stored twice.
  model::Sequence trimmed = std::numeric_limits<model::Sequence>::max();
  for (const auto event_class : model::all_event_classes)
    trimmed = std::min(trimmed, salvage.floor(event_class).sequence);
  std::vector<IdRow> rows;
  for (const auto& [key, old] : salvage.ids()) {
    IdRow row = old;
    const auto place = places.of(row.sequence);
    if (!place && row.sequence > trimmed) continue;
    row.sequence = place.value_or(row.sequence);
    rows.push_back(row);
  }
  return rows;
}

std::vector<GapRow> carried_gaps(const Salvage& salvage, const NewPlaces& places) {
  std::vector<GapRow> rows = salvage.gaps();
  for (auto& row : rows) {
    std::erase_if(row.notices, [&](auto& notice) { return !take_over(salvage, places, notice); });
  }
  std::erase_if(rows, [](const auto& row) { return row.notices.empty(); });
  for (const auto event_class : model::all_event_classes) {
    auto loss = row_of_loss(salvage, places, event_class);
    if (!loss) continue;
    // A record that was damaged before, and told, is in the hole of all that is lost.
    std::erase_if(rows, [&](const auto& row) {
      return row.event_class == event_class && row.from_sequence == loss->from_sequence;
    });
    rows.push_back(std::move(*loss));
  }
  return rows;
}

}  // namespace chargehook::journal
