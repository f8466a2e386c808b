/// The seed's dice. The same seed gives the same throws on every machine: no distribution of the standard library is
/// used, because those differ between libraries. Source: Steele, Lea, Flood, "SplitMix" (2014).
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace chargehook::simulation {

class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed * 0x9E3779B97F4A7C15U + 0xD1B54A32D192ED03U) {}

  std::uint64_t next() {
    state_ += 0x9E3779B97F4A7C15U;
    std::uint64_t mixed = state_;
    mixed = (mixed ^ (mixed >> 30U)) * 0xBF58476D1CE4E5B9U;
    mixed = (mixed ^ (mixed >> 27U)) * 0x94D049BB133111EBU;
    return mixed ^ (mixed >> 31U);
  }

  /// 0 … limit - 1. The bias of the remainder does not matter here.
  std::uint64_t below(std::uint64_t limit) { return next() % limit; }

  /// lowest … highest, both included.
  int between(int lowest, int highest) {
    return lowest + static_cast<int>(below(static_cast<std::uint64_t>(highest - lowest + 1)));
  }
  std::chrono::nanoseconds between(std::chrono::nanoseconds lowest, std::chrono::nanoseconds highest) {
    return lowest + std::chrono::nanoseconds{below(static_cast<std::uint64_t>((highest - lowest).count() + 1))};
  }

  /// True this often in a thousand.
  bool per_mille(unsigned often) { return below(1000) < often; }

  template <class Choices>
  const auto& pick(const Choices& choices) {
    return choices[static_cast<std::size_t>(below(choices.size()))];
  }

 private:
  std::uint64_t state_;
};

}  // namespace chargehook::simulation
