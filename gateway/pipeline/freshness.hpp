/// Notices values that are no longer renewed. A step function. Owner: Pipeline.
#pragma once

#include <cstdint>
#include <optional>
#include <queue>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "model/reading.hpp"

namespace chargehook::pipeline {

class Freshness {
 public:
  /// Remembers the reading if it says how long it is good for.
  void take(const model::Now& now, const model::Reading& reading);

  /// Each value whose time is over by `now`, once, as a reading of quality stale with the value it had.
  void tick(const model::Now& now, std::vector<model::Reading>& stale);

  /// May be early, never late.
  [[nodiscard]] std::optional<model::BootTime> next_deadline() const;

 private:
  struct Watched {
    model::Reading reading;
    model::BootTime good_until;
    std::optional<model::BootTime> queued_for;  ///< the end in the queue that counts, never after `good_until`
  };
  struct End {
    model::BootTime at;
    std::uint32_t watched;
    bool operator>(const End& other) const { return std::tie(at, watched) > std::tie(other.at, other.watched); }
  };
  struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };

  [[nodiscard]] Watched& watched_of(const model::Reading& reading, std::uint32_t& index);
  void queue(Watched& watched, std::uint32_t index);

  std::unordered_map<std::string, std::vector<std::pair<model::SignalId, std::uint32_t>>, TextHash, std::equal_to<>>
      index_;
  std::vector<Watched> watched_;
  std::priority_queue<End, std::vector<End>, std::greater<>> ends_;
};

}  // namespace chargehook::pipeline
