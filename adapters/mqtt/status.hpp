/// What is known of a broker's client at one moment. Plain values, for status, metrics and log lines.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace chargehook::mqtt {

/// Counters since the client was started.
struct SubscriberStatus {
  bool is_connected = false;
  std::uint64_t connected = 0;       ///< times
  std::uint64_t connect_failed = 0;  ///< times
  std::uint64_t received = 0;
  std::uint64_t dropped = 0;           ///< from the ring, unfetched
  std::uint64_t durable_timeouts = 0;  ///< acknowledged before they were stored
  std::uint64_t taken_topics = 0;      ///< subscriptions the broker took: from then on it sends
  std::uint64_t refused_topics = 0;    ///< topics it does not let us read at present; no counter
  std::chrono::nanoseconds blocked{};  ///< how long durable messages have held up all receiving, in all
  std::string last_error;
};

}  // namespace chargehook::mqtt
