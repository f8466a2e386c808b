/// Rows of streams, of what their cursors have passed, and points of their chains, that are not stored yet: the newest
/// of each. Owner: Intake. One thread.
#pragma once

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "journal/batch.hpp"
#include "model/pend.hpp"
#include "model/stream.hpp"

namespace chargehook::journal {

/// How rows stand to those that are there of the same stream.
enum class Age : std::uint8_t { newer, older };

class NewestRows {
 public:
  [[nodiscard]] bool empty() const { return streams_.empty() && pend_.empty() && points_.empty(); }

  [[nodiscard]] std::size_t pend_count() const { return pend_.size(); }

  void merge(const std::vector<model::StreamRow>& streams, const std::vector<model::PendPut>& pend,
             const std::vector<model::ChainPoint>& points, Age age);

  /// All of it goes into one batch, so that no cursor is stored without the rows and points of what it has passed.
  void move_to(Batch& batch);

 private:
  std::vector<model::StreamRow> streams_;
  std::map<std::pair<model::StreamId, std::uint64_t>, model::PendPut> pend_;
  std::vector<model::ChainPoint> points_;  ///< never change, and are handed out once: none is there twice
};

}  // namespace chargehook::journal
