/// Answers one MQTT client: turns its messages into inputs of the core, and acknowledges a durable one once its event
/// is on disk. Owner: whoever owns the client; it goes with it, while what it offered stays with DurableOffers.
/// One thread (the core's).
///
/// Payloads are read here, on the core's thread: one of 200 bytes takes about 0.5 µs, one of 58 KiB full of objects
/// 0.15 ms. A turn ends after `mqtt_messages_in_a_row` or `mqtt_bytes_in_a_row`, so reading a flood holds up what else
/// the core does for about a millisecond at a time; what it does not manage to read the client's ring drops, oldest
/// first, and counts. Why not on another thread: docs/decisions/0008.
#pragma once

#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "core/configuration/config_generation.hpp"
#include "mqtt/topic_map.hpp"
#include "runtime/core_loop.hpp"
#include "runtime/durable_offers.hpp"

namespace chargehook::runtime {

/// What is read in one turn; sockets and timers come between turns.
inline constexpr std::size_t mqtt_messages_in_a_row = 256;
inline constexpr std::size_t mqtt_bytes_in_a_row = std::size_t{256} << 10;

struct MqttMessage {
  std::string topic;
  std::string payload;
  bool is_retained = false;  ///< the broker kept it
};

class MqttDesk : public std::enable_shared_from_this<MqttDesk> {
 public:
  /// The oldest message that waits at the client, nothing if none does.
  using Next = std::function<std::optional<MqttMessage>()>;

  MqttDesk(boost::asio::io_context& io, CoreLoop& loop, DurableOffers& offers, const mqtt::BrokerConfig& config,
           Next next);

  /// The site that devices are looked up in from now on. Before the first message.
  void use(core::ConfigPtr config) { config_ = std::move(config); }

  /// Reads what waits, in turns.
  void fetch();

  /// Reads all that waits: the client has ended, and what it had received is not lost with it.
  void fetch_rest();

  /// @param acknowledge called once: at once if nothing of the message has to be kept, when its event is on disk, or
  ///                    when it can never be stored. From inside a step of the core, so it must not feed the core
  void take_durable(const MqttMessage& message, DurableOffers::Acknowledge acknowledge);

  [[nodiscard]] const mqtt::TopicMap& topics() const { return topics_; }

 private:
  /// @return whether more may wait
  bool turn();
  [[nodiscard]] model::Result<mqtt::Decoded> decode(const MqttMessage& message);

  boost::asio::io_context& io_;
  CoreLoop& loop_;
  DurableOffers& offers_;
  const std::string name_;  ///< "broker local"
  mqtt::TopicMap topics_;
  Next next_;
  core::ConfigPtr config_;
  bool is_fetching_ = false;                      ///< a turn is on its way
  std::map<std::string, std::uint64_t> refused_;  ///< by reason, for the log
};

}  // namespace chargehook::runtime
