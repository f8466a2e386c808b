/// Fixed points of a stream's chain: the words that journal and delivery share for it.
#pragma once

#include <cstdint>

#include "model/stream.hpp"

namespace chargehook::model {

/// A cursor leaves a point at each n that is a multiple of this. Part of store format 1 (nmap).
inline constexpr std::uint64_t chain_point_every = 256;

[[nodiscard]] constexpr bool has_chain_point(std::uint64_t n) { return n > 0 && n % chain_point_every == 0; }

/// What was true of a stream when its cursor passed `n`: from here its numbers and links follow from the records behind
/// it, also when those before it are trimmed. Never changes once it is written.
struct ChainPoint {
  StreamId stream;
  std::uint64_t n = 0;
  Sequence sequence = 0;  ///< of the event with that n
  ChainHash hash{};       ///< h(n)

  bool operator==(const ChainPoint&) const = default;
};

}  // namespace chargehook::model
