/// The looks at a store that runs: one piece of a walk through all of it, and what it holds in numbers.
#pragma once

#include <cstdint>
#include <string>

#include "journal/store_stats.hpp"
#include "journal/verify/finding.hpp"

namespace chargehook::journal {

/// Wants the next piece of a walk: one transaction.
struct WalkRequest {
  bool begin = false;  ///< a walk begins; one that is under way is forgotten
};

/// How far a walk is.
struct WalkResult {
  bool done = false;
  std::uint64_t records_seen = 0;
  std::uint64_t rows_seen = 0;  ///< outside the logs
  Findings findings;            ///< of the walk so far
  std::string reason;           ///< why this piece could not be read, or empty; it may be asked for again
};

struct StatsResult {
  StoreStats stats;
  std::string reason;  ///< why it could not be read, or empty
};

}  // namespace chargehook::journal
