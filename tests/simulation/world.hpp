/// One seed: a depot that lives, breaks, heals and drains in simulated time, and what the judge says of it.
/// One thread; the same seed gives the same world.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "faults.hpp"

namespace chargehook::simulation {

enum class Kind : std::uint8_t { brief, hour };

struct Options {
  std::uint64_t seed = 1;
  Kind kind = Kind::brief;
  bool trace = false;         ///< print what happens
  bool disk_lies = false;     ///< syncs do nothing: the judge has to notice
  std::string parent_folder;  ///< where the store is made
};

struct Verdict {
  std::vector<std::string> complaints;
  std::size_t complaint_count = 0;
  std::uint64_t digest = 0;
  std::uint64_t events = 0;  ///< different ones that receivers saw
  std::uint64_t accepted = 0;
  std::uint64_t runs = 0;    ///< starts of the gateway
  std::uint64_t points = 0;  ///< of chains, that the judge found in the store
  double simulated_s = 0;
  FaultCounts faults;
};

[[nodiscard]] Verdict simulate(const Options& options);

}  // namespace chargehook::simulation
