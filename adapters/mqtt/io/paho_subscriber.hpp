/// Keeps one broker connected and its topics subscribed, and hands over what comes. Decides nothing about messages.
/// Only paho_subscriber.cpp and subscriptions.* know the library, MQTT 5 always.
///
/// `queued` topics go into a ring and are fetched with `take`. A `durable` message holds its callback until `release`,
/// so that its PUBACK follows the commit; with such a topic the broker keeps the session, and what was not acknowledged
/// comes again after a connection is lost. Paho has one receiving thread for all brokers of the process: while one
/// callback waits, nothing is received from any of them. After `durable_wait` the callback returns all the same, and
/// Paho acknowledges, because it cannot refuse: the event is then only in memory until the store works again, and is
/// lost if the process ends before. `durable_timeouts` counts these.
///
/// Owner: main. `take`, `release` and `status` from any thread, and never wait for Paho. `stop` and the destructor wait
/// for what is being stored, so not from a handler, and not from the thread that is to call `release`.
/// Handlers run on Paho's threads and the subscriber's own.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "mqtt/connect_schedule.hpp"
#include "mqtt/io/message_ring.hpp"
#include "mqtt/io/tickets.hpp"
#include "mqtt/mqtt_config.hpp"
#include "mqtt/status.hpp"

namespace chargehook::mqtt::io {

struct SubscriberLimits {
  std::size_t queue = 10'000;  ///< messages in the ring
  std::size_t queue_bytes = std::size_t{32} << 20;
  std::chrono::milliseconds durable_wait{5'000};
  std::chrono::milliseconds ask_again_after{60'000};  ///< for topics that the broker refused
  ConnectSchedule retry;
};

class PahoSubscriber {
 public:
  struct Handlers {
    std::function<void()> waiting;                   ///< the ring is no longer empty
    std::function<void(Message, Ticket)> durable;    ///< returns at once; somebody calls `release` later
    std::function<void(bool, std::string)> changed;  ///< connected or not, in a sentence; once for each change
  };

  /// Starts; the first connection is tried again and again like any other.
  PahoSubscriber(BrokerConfig config, Handlers handlers, SubscriberLimits limits = {});
  ~PahoSubscriber();  ///< stops

  [[nodiscard]] std::vector<Message> take(std::size_t most);
  void release(Ticket ticket);
  [[nodiscard]] SubscriberStatus status() const;

  /// Lets what waits for its commit end, for at most `durable_wait`, and disconnects. Idempotent.
  void stop();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace chargehook::mqtt::io
