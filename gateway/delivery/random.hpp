/// The one seeded generator of the core: jitter is random to the world and repeatable for us.
#pragma once

#include <cstdint>

namespace chargehook::delivery {

/// SplitMix64. Source: Steele, Lea, Flood, "Fast Splittable Pseudorandom Number Generators", 2014.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() {
    std::uint64_t z = (state_ += 0x9E3779B97F4A7C15ULL);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31);
  }

  /// Uniform in 0 … `bound` inclusive.
  std::uint64_t up_to(std::uint64_t bound) { return bound == UINT64_MAX ? next() : next() % (bound + 1); }

 private:
  std::uint64_t state_;
};

}  // namespace chargehook::delivery
