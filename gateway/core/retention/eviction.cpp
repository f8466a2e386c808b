#include "core/retention/eviction.hpp"

#include <utility>

namespace chargehook::core {
namespace {

journal::GapReason reason_of(EvictionCause cause) {
  if (cause == EvictionCause::held) return journal::GapReason::carried_out;
  return cause == EvictionCause::age ? journal::GapReason::expired : journal::GapReason::evicted;
}

journal::GapRow row_of(const EvictionPlan& plan) {
  journal::GapRow row;
  row.event_class = plan.order().event_class;
  row.from_sequence = plan.first();
  row.to_sequence = plan.up_to();
  row.from_ordinal = plan.order().floor.ordinal + 1;
  row.to_ordinal = plan.order().floor.ordinal + plan.records();
  row.reason = reason_of(plan.order().cause);
  return row;
}

/// What one stream has to be told: its own loss, with the file it lies in and all that its lost gap events would have
/// told, and what events of an earlier generation would have, as it is.
std::vector<model::StreamGap> gaps_to_tell(const delivery::StreamGivenUp& given_up, const GapTable& gaps,
                                           const std::string& file) {
  std::vector<model::StreamGap> out;
  if (!given_up.gap) return out;
  out.push_back(*given_up.gap);
  if (!file.empty()) out.front().files.push_back(file);
  for (const auto sequence : given_up.lost_gaps) {
    const auto* notice = gaps.find(given_up.row.id.event_class, sequence);
    if (notice == nullptr) continue;
    if (notice->gap.stream == given_up.row.id) {
      take_in(out.front(), notice->gap);
    } else {
      out.push_back(notice->gap);
    }
  }
  return out;
}

}  // namespace

EvictionMade make_eviction(const model::Now& now, const ConfigGeneration& config, const EvictionPlan& plan,
                           const std::vector<delivery::StreamGivenUp>& given_up, const GapTable& gaps,
                           GatewayEvents& events, const std::string& file) {
  EvictionMade made;
  auto& eviction = made.eviction;
  auto row = row_of(plan);
  for (const auto& stream : given_up) {
    eviction.streams.push_back(stream.row);
    eviction.pend.insert(eviction.pend.end(), stream.pend.begin(), stream.pend.end());
    eviction.points.insert(eviction.points.end(), stream.points.begin(), stream.points.end());
    if (stream.gap) {
      made.lost += stream.gap->events;
      made.endpoints.push_back(stream.endpoint);
    }
    for (auto& gap : gaps_to_tell(stream, gaps, file)) {
      // Its records may be older than the store's id: its numbers are not.
      const bool is_own = gap.stream == stream.row.id;
      eviction.notices.push_back(
          events.gap(now, config, {row.reason, stream.endpoint, gap, is_own ? stream.name : std::string_view{}}));
      row.notices.push_back({std::move(gap), 0});
    }
  }
  // Its first record was damaged, and told to be: it stays known who told it.
  const auto* damage = gaps.at(row.event_class, row.from_sequence);
  const bool is_damage = damage != nullptr && damage->reason == journal::GapReason::corrupt && file.empty();
  if (is_damage && !row.notices.empty()) {
    row.notices.insert(row.notices.end(), damage->notices.begin(), damage->notices.end());
  }
  eviction.others = gaps.without_events_above(row.event_class, row.to_sequence);
  eviction.trim = journal::Trim{row.event_class, row.to_sequence, plan.records()};
  if (!row.notices.empty()) eviction.row = std::move(row);
  return made;
}

}  // namespace chargehook::core
