/// The words that journal and delivery share: who a stream is, and how far it has come.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>

#include "model/event.hpp"

namespace chargehook::model {

using Sequence =
    std::uint64_t;  ///< site-wide number of an event, rises strictly, has holes only where events were refused
using Ordinal = std::uint64_t;  ///< number of an event within its class, contiguous

/// The first 16 bytes travel with each delivery, all 32 go into the next link.
using ChainHash = std::array<std::uint8_t, 32>;

/// One class of events for one endpoint; a new generation when what it selects changes.
struct StreamId {
  std::uint32_t endpoint = 0;  ///< number given once to an endpoint's name, never used again
  EventClass event_class = EventClass::state;
  std::uint32_t generation = 1;

  auto operator<=>(const StreamId&) const = default;
};

/// All up to `sequence` is done; `n` counts what matched the filter up to there, `hash` is h(n).
struct Cursor {
  Sequence sequence = 0;
  std::uint64_t n = 0;
  ChainHash hash{};

  bool operator==(const Cursor&) const = default;
};

/// What is stored of a stream.
struct StreamRow {
  StreamId id;
  std::string filter;  ///< in its canonical text (delivery::Filter::text)
  Sequence start = 0;  ///< matching begins above this
  Cursor cursor;
  bool closed = false;  ///< a later generation has taken over, or the endpoint is gone

  bool operator==(const StreamRow&) const = default;
};

}  // namespace chargehook::model
