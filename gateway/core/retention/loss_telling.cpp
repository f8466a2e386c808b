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
std::optional<journal::GapNotice> notice_of(const GapTable& gaps, const delivery::StreamHit& hit) {
  journal::GapNotice notice;
  notice.gap.stream = hit.stream;
  for (const auto sequence : hit.sequences) {
    if (gaps.tells_of_damage(hit.stream, sequence)) continue;
    if (notice.gap.events++ == 0) notice.gap.from_sequence = sequence;
    notice.gap.to_sequence = sequence;
  }
  if (notice.gap.events == 0) return std::nullopt;
  return notice;
}

}  // namespace

std::optional<journal::GapRow> row_of_damage(const GapTable& gaps, const std::vector<delivery::StreamHit>& hit) {
  journal::GapRow row;
  row.reason = journal::GapReason::corrupt;
  for (const auto& stream : hit) {
    auto notice = notice_of(gaps, stream);
    if (!notice) continue;
    const bool is_first = row.notices.empty();
    row.event_class = stream.stream.event_class;
    row.from_sequence = is_first ? notice->gap.from_sequence : std::min(row.from_sequence, notice->gap.from_sequence);
    row.to_sequence = std::max(row.to_sequence, notice->gap.to_sequence);
    row.notices.push_back(std::move(*notice));
  }
  if (row.notices.empty()) return std::nullopt;
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
