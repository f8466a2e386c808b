/// The adapters that can be changed while the gateway runs: meters on Modbus lines, topics of MQTT brokers. Starts,
/// stops and restarts what a configuration changes, and turns what they hand over into inputs of the core. Part of
/// main: this file pair and main.cpp are the only ones that name concrete shells. Owner: main. `take` on the core's
/// thread; `stop` on the worker's, once, after the last `take`.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <map>
#include <memory>
#include <string>

#include "core/config_generation.hpp"
#include "modbus/io/line_thread.hpp"
#include "mqtt/io/paho_subscriber.hpp"
#include "mqtt/topic_map.hpp"
#include "runtime/answers.hpp"
#include "runtime/core_loop.hpp"
#include "runtime/worker.hpp"

namespace chargehook {

class FieldAdapters {
 public:
  /// @param reserved made before anything else opened files
  FieldAdapters(boost::asio::io_context& io, runtime::CoreLoop& loop, runtime::Answers& answers,
                runtime::Worker& worker, modbus::io::ReservedDescriptors& reserved);

  /// Takes a configuration into use: what stays the same runs on, the rest is ended on the worker, and what is new
  /// begins after that.
  void take(const core::ConfigPtr& config);

  /// Nothing begins any more.
  void close() { is_closed_ = true; }

  /// Ends all of it; may wait for the commit that a durable message waits for.
  void stop();

 private:
  struct Line {
    modbus::LineConfig config;
    std::unique_ptr<modbus::io::LineThread> thread;
  };
  struct Broker {
    mqtt::BrokerConfig config;
    mqtt::TopicMap topics;
    std::unique_ptr<mqtt::io::PahoSubscriber> subscriber;
    std::map<std::string, std::uint64_t> refused;  ///< by reason, for the log
  };
  using BrokerPtr = std::shared_ptr<Broker>;

  [[nodiscard]] std::shared_ptr<Line> start_line(const modbus::LineConfig& config);
  [[nodiscard]] BrokerPtr start_broker(const mqtt::BrokerConfig& config);
  void start_missing();

  void fetch(const std::weak_ptr<Broker>& broker);
  void take_durable(const std::weak_ptr<Broker>& broker, const mqtt::io::Message& message, mqtt::io::Ticket ticket);
  void offer(const std::weak_ptr<Broker>& broker, model::Event event, mqtt::io::Ticket ticket);
  void offer_later(const std::weak_ptr<Broker>& broker, model::Event event, mqtt::io::Ticket ticket);
  [[nodiscard]] model::Result<mqtt::Decoded> decode(Broker& broker, const mqtt::io::Message& message);

  boost::asio::io_context& io_;
  runtime::CoreLoop& loop_;
  runtime::Answers& answers_;
  runtime::Worker& worker_;
  modbus::io::ReservedDescriptors& reserved_;
  core::ConfigPtr config_;
  bool is_closed_ = false;
  std::map<std::string, std::shared_ptr<Line>> lines_;  ///< by name
  std::map<std::string, BrokerPtr> brokers_;            ///< by name
};

}  // namespace chargehook
