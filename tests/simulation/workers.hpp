/// Seeds in several processes at once: the lossy disk stands behind the calls of a whole process. Each takes the next
/// seed when it is done with one, since some take twenty times as long as others.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

#include "faults.hpp"

namespace chargehook::simulation {

/// What became of some seeds.
struct Tally {
  FaultCounts faults;
  std::uint64_t seed = 0;  ///< under way
  std::uint64_t failed = 0;
  std::uint64_t events = 0;
  std::uint64_t points = 0;  ///< of chains, that the judge found in the store
  std::uint64_t digest = 0;  ///< over seeds and their digests, in whatever order

  void add(const Tally& other) {
    faults.add(other.faults);
    failed += other.failed;
    events += other.events;
    points += other.points;
    digest += other.digest;
  }
};

/// The seeds that nobody has taken yet.
class Seeds {
 public:
  Seeds(std::uint64_t first, std::uint64_t count) : next_(first), end_(first + count) {}

  std::optional<std::uint64_t> take() {
    const std::uint64_t seed = next_.fetch_add(1);
    return seed < end_ ? std::optional{seed} : std::nullopt;
  }

 private:
  std::atomic<std::uint64_t> next_;
  std::uint64_t end_;
};

/// Takes seeds until there is none, and adds what became of them.
using Work = std::function<void(Seeds& seeds, Tally& tally)>;

inline constexpr unsigned jobs_max = 64;

/// @param jobs 1: in this process; at most jobs_max. A process that dies counts as a failed seed, which is printed with
/// the command that runs it again; the others go on with what is left
/// @param kind of the seeds, for that command
[[nodiscard]] Tally run_in_processes(unsigned jobs, std::uint64_t first, std::uint64_t count, std::string_view kind,
                                     const Work& work);

}  // namespace chargehook::simulation
