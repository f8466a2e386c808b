#include "core/retention/loss_telling.hpp"

#include <algorithm>
#include <utility>

namespace chargehook::core {
namespace {

const std::string* name_of(std::uint32_t endpoint, const std::map<std::string, std::uint32_t>& names) {
  const auto found = std::ranges::find(names, endpoint, [](const auto& entry) { return entry.second; });
  return found == names.end() ? nullptr : &found->first;
}

/// Whether the stream wanted them nobody knows.
std::optional<journal::GapNotice> notice_of(const GapTable& gaps, const std::vector<model::Sequence>& damaged,
                                            const model::StreamRow& stream) {
  journal::GapNotice notice;
  notice.gap.stream = stream.id;
  for (const auto sequence : damaged) {
    if (sequence <= stream.cursor.sequence || gaps.tells_of_damage(stream.id, sequence)) continue;
    if (notice.gap.events++ == 0) notice.gap.from_sequence = sequence;
    notice.gap.to_sequence = sequence;
  }
  if (notice.gap.events == 0) return std::nullopt;
  return notice;
}

}  // namespace

std::optional<journal::GapRow> row_of_damage(const GapTable& gaps, model::EventClass event_class,
                                             const std::vector<model::Sequence>& damaged,
                                             const std::vector<model::StreamRow>& streams) {
  journal::GapRow row;
  row.event_class = event_class;
  row.reason = journal::GapReason::corrupt;
  for (const auto& stream : streams) {
    if (auto notice = notice_of(gaps, damaged, stream)) row.notices.push_back(std::move(*notice));
  }
  if (row.notices.empty()) return std::nullopt;
  row.from_sequence = damaged.front();
  row.to_sequence = damaged.back();
  return row;
}

journal::Eviction make_telling(const model::Now& now, const ConfigGeneration& config, journal::GapRow row,
                               const std::map<std::string, std::uint32_t>& names, GatewayEvents& events) {
  journal::Eviction telling;
  std::erase_if(row.notices, [&](const auto& notice) {
    return notice.event == 0 && name_of(notice.gap.stream.endpoint, names) == nullptr;
  });
  if (row.notices.empty()) {
    telling.others.push_back({row.event_class, row.from_sequence, std::nullopt});
    return telling;
  }
  // Each notice that the intake makes of an event is that of the row's notice in the same place.
  std::ranges::stable_partition(row.notices, [](const auto& notice) { return notice.event == 0; });
  for (const auto& notice : row.notices) {
    if (notice.event != 0) break;
    const std::string& endpoint = *name_of(notice.gap.stream.endpoint, names);
    telling.notices.push_back(events.gap(now, config, {row.reason, endpoint, notice.gap}));
  }
  telling.row = std::move(row);
  return telling;
}

}  // namespace chargehook::core
