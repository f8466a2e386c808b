/// What a stream has lost: the words that the store, delivery and the event `delivery.gap` share for it.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "model/clock.hpp"
#include "model/stream.hpp"

namespace chargehook::model {

/// The event that tells a stream of its own loss. It lies in the log of the class that lost something, and no stream
/// but the one named by its subject counts it.
inline constexpr std::string_view gap_type = "delivery.gap";

/// Subject and partition key of the events that are about an endpoint: "endpoint/billing".
[[nodiscard]] inline std::string endpoint_subject(std::string_view endpoint) {
  return "endpoint/" + std::string{endpoint};
}

/// Numbers that follow each other: `before` is h(from_n - 1), `after` is h(to_n), so the chain links across.
struct LostRange {
  std::uint64_t from_n = 0;
  std::uint64_t to_n = 0;
  ChainHash before{};
  ChainHash after{};

  bool operator==(const LostRange&) const = default;
};

/// Ranges that one gap tells apart; where there are more, neighbours become one, with what came between them.
inline constexpr std::size_t lost_ranges_max = 32;
/// Devices that one gap names.
inline constexpr std::size_t gap_devices_max = 50;
/// Files that one gap names.
inline constexpr std::size_t gap_files_max = 50;

/// Events that one stream will never send, for they went before they were delivered.
struct StreamGap {
  StreamId stream;
  std::vector<LostRange> ranges;               ///< rising, at most lost_ranges_max; empty: not known
  Sequence from_sequence = 0;                  ///< of the first event lost
  Sequence to_sequence = 0;                    ///< of the last
  std::uint64_t events = 0;                    ///< how many; gap events that went are not counted, what they tell is
  std::map<std::string, std::uint64_t> types;  ///< how many of each type
  WallTime first;                              ///< earliest time of an event lost; 1970: not known
  WallTime last;                               ///< latest
  std::vector<std::string> devices;            ///< partition keys, sorted, at most gap_devices_max
  bool more_devices = false;                   ///< there are others
  std::vector<std::string> files;              ///< that events lost were carried out to, sorted, the last gap_files_max

  bool operator==(const StreamGap&) const = default;
};

/// One more number lost. Numbers come in rising order.
void add_lost(StreamGap& gap, std::uint64_t n, const ChainHash& before, const ChainHash& after);
/// … and what it was.
void add_lost_event(StreamGap& gap, const Event& event, Sequence sequence);

/// Takes in what an earlier gap of the same stream told, whose event went before it was delivered.
void take_in(StreamGap& gap, const StreamGap& earlier);

}  // namespace chargehook::model
