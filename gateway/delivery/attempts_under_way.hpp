/// The attempts that were started and have not ended: which delivery each was. Owner: Streams. One thread.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "delivery/attempt.hpp"
#include "model/stream.hpp"

namespace chargehook::delivery {

struct UnderWay {
  model::StreamId stream;
  std::uint64_t n = 0;
  std::uint64_t round = 0;    ///< of the endpoint's health when it was started
  bool is_abandoned = false;  ///< its result no longer counts, but it still occupies a connection
};

class AttemptsUnderWay {
 public:
  AttemptId start(const UnderWay& attempt);

  /// Nothing for an id that is not under way: its endpoint is gone.
  [[nodiscard]] std::optional<UnderWay> end(AttemptId id);

  /// The destination of an endpoint has changed: results of the old one do not count.
  /// @return the attempts that were not abandoned before
  std::vector<UnderWay> abandon(std::uint32_t endpoint);

  /// An endpoint is gone.
  void drop(std::uint32_t endpoint);

 private:
  std::uint64_t last_id_ = 0;
  std::map<std::uint64_t, UnderWay> attempts_;
};

}  // namespace chargehook::delivery
