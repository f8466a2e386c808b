/// The adapters that can be changed while the gateway runs: meters on Modbus lines, topics of MQTT brokers. Starts,
/// stops and restarts what a configuration changes, and connects each with the desk that answers it. Part of main: only
/// main.cpp, gateway.cpp and this file pair name concrete shells. Owner: Gateway. On the core's thread all but
/// `stop`, which is called on the worker's, once, after `close`.
#pragma once

#include <boost/asio/io_context.hpp>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/configuration/config_generation.hpp"
#include "modbus/io/line_thread.hpp"
#include "mqtt/io/paho_subscriber.hpp"
#include "runtime/adapter_reports.hpp"
#include "runtime/answers.hpp"
#include "runtime/core_loop.hpp"
#include "runtime/durable_offers.hpp"
#include "runtime/mqtt_desk.hpp"
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

  /// Ends all of it at the same time; may wait for the commit that a durable message waits for.
  void stop();

  /// How each does that runs.
  [[nodiscard]] runtime::AdapterReports status() const;

  /// After `stop`: what had been received goes to the core.
  void take_rest();

  /// The core takes nothing more. @return how many durable events were never stored
  std::size_t finish() { return offers_.close(); }

 private:
  struct Line {
    modbus::LineConfig config;
    std::unique_ptr<modbus::io::LineThread> thread;
  };
  struct Broker {
    mqtt::BrokerConfig config;
    std::shared_ptr<runtime::MqttDesk> desk;
    std::unique_ptr<mqtt::io::PahoSubscriber> subscriber;
  };
  using LinePtr = std::shared_ptr<Line>;
  using BrokerPtr = std::shared_ptr<Broker>;

  [[nodiscard]] LinePtr start_line(const modbus::LineConfig& config);
  [[nodiscard]] BrokerPtr start_broker(const mqtt::BrokerConfig& config);
  void start_missing();
  static void end(const std::vector<LinePtr>& lines, const std::vector<BrokerPtr>& brokers);

  boost::asio::io_context& io_;
  runtime::CoreLoop& loop_;
  runtime::Worker& worker_;
  modbus::io::ReservedDescriptors& reserved_;
  runtime::DurableOffers offers_;  ///< of all brokers: it outlives each
  core::ConfigPtr config_;
  bool is_closed_ = false;
  int endings_ = 0;                           ///< under way on the worker: until they are done nothing begins
  std::map<std::string, LinePtr> lines_;      ///< by name
  std::map<std::string, BrokerPtr> brokers_;  ///< by name
};

}  // namespace chargehook
