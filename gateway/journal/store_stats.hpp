/// What a store holds, in numbers, as one short transaction finds it. Cheap: no scan of the logs.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "journal/batch.hpp"
#include "model/clock.hpp"
#include "model/stream.hpp"

namespace chargehook::journal {

/// A record at one place of a log.
struct LogPlace {
  model::Sequence sequence = 0;
  model::WallTime recorded;
};

struct ClassStats {
  std::uint64_t records = 0;  ///< between the floor and the last, damaged ones among them
  std::uint64_t bytes = 0;    ///< whole pages
  std::optional<LogPlace> oldest;
  std::optional<LogPlace> newest;
};

struct StreamStats {
  std::string endpoint;  ///< its name, or "#7" if it has none
  model::StreamId id;
  bool closed = false;
  model::Sequence cursor = 0;
  std::uint64_t n = 0;
  std::uint64_t behind = 0;  ///< records of the class behind the cursor: at most so many wait for this endpoint
  std::optional<LogPlace> oldest_behind;
  std::uint64_t pending = 0;  ///< rows of `pend`: passed by the cursor although they are not done
};

struct StoreStats {
  std::uint64_t format = 0;
  std::uint64_t store_id = 0;
  model::WallTime created;
  std::uint32_t boots = 0;  ///< openings of the store
  model::Sequence next_sequence = 0;
  Usage usage;
  std::array<ClassStats, model::event_class_count> classes{};
  std::vector<StreamStats> streams;
};

}  // namespace chargehook::journal
