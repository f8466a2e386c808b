/// Everything the configuration files say, checked as a whole, immutable. config/ makes it, the core swaps it in one
/// step.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "delivery/endpoint_config.hpp"
#include "ingest/ingest_config.hpp"
#include "journal/retention.hpp"
#include "modbus/modbus_config.hpp"
#include "model/clock.hpp"
#include "model/site.hpp"
#include "mqtt/mqtt_config.hpp"
#include "ocpp/ocpp_config.hpp"
#include "pipeline/telemetry_config.hpp"
#include "rules/engine/rule_set.hpp"
#include "rules/language/topology.hpp"

namespace chargehook::core {

struct GatewayConfig {
  std::string id;           ///< the place, not the box: `source` of every event is "/<id>"
  std::string environment;  ///< production, staging, test
};

struct StorageConfig {
  std::uint64_t size_bytes = std::uint64_t{1} << 30;
  journal::RetentionLimits keep;
};

struct ClockConfig {
  /// Who may say what time it is, best first.
  std::vector<model::TimeSource> trust{model::TimeSource::ntp, model::TimeSource::csms, model::TimeSource::https,
                                       model::TimeSource::manual};

  bool operator==(const ClockConfig&) const = default;
};

struct ConfigGeneration {
  GatewayConfig gateway;
  StorageConfig storage;
  ClockConfig clock;
  model::Site site;
  std::vector<ingest::IngestConfig> ingest;
  std::vector<modbus::LineConfig> modbus;
  std::vector<mqtt::BrokerConfig> mqtt;
  ocpp::OcppConfig ocpp;
  std::vector<delivery::EndpointConfig> endpoints;
  std::vector<pipeline::TelemetrySubscription> telemetry;          ///< at most one per endpoint and list item
  rules::Topology topology;                                        ///< what rules can name: limits, circuits, devices
  rules::RuleSetPtr rules = rules::compile_rules({}, {}, {}).set;  ///< never null
  std::string hash;  ///< 16 hexadecimal digits over all files as read; equal files, equal hash
};
using ConfigPtr = std::shared_ptr<const ConfigGeneration>;

}  // namespace chargehook::core
