#include "journal/newest_rows.hpp"

#include <algorithm>

namespace chargehook::journal {

void NewestRows::merge(const std::vector<model::StreamRow>& streams, const std::vector<model::PendPut>& pend,
                       const std::vector<model::ChainPoint>& points, Age age) {
  for (const auto& row : streams) {
    const auto same = std::ranges::find(streams_, row.id, &model::StreamRow::id);
    if (same == streams_.end()) {
      streams_.push_back(row);
    } else if (age == Age::newer) {
      *same = row;
    }
  }
  for (const auto& put : pend) {
    const auto [same, is_new] = pend_.try_emplace({put.stream, put.n}, put);
    if (!is_new && age == Age::newer) same->second = put;
  }
  points_.insert(points_.end(), points.begin(), points.end());
}

void NewestRows::move_to(Batch& batch) {
  batch.streams = std::exchange(streams_, {});
  batch.points = std::exchange(points_, {});
  batch.pend.reserve(pend_.size());
  for (auto& [place, put] : std::exchange(pend_, {})) batch.pend.push_back(std::move(put));
}

}  // namespace chargehook::journal
