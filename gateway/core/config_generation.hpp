/// Everything the configuration files say, checked as a whole, immutable. config/ makes it, the core swaps it in one
/// step.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "delivery/endpoint_config.hpp"
#include "ingest/ingest_config.hpp"
#include "modbus/modbus_config.hpp"
#include "model/site.hpp"
#include "mqtt/mqtt_config.hpp"
#include "ocpp/ocpp_config.hpp"
#include "pipeline/telemetry_config.hpp"
#include "rules/engine/rule_set.hpp"

namespace chargehook::core {

struct GatewayConfig {
  std::string id;           ///< the place, not the box: `source` of every event is "/<id>"
  std::string environment;  ///< production, staging, test
};

struct StorageConfig {
  std::uint64_t size_bytes = std::uint64_t{1} << 30;
};

struct ConfigGeneration {
  GatewayConfig gateway;
  StorageConfig storage;
  model::Site site;
  std::vector<ingest::IngestConfig> ingest;
  std::vector<modbus::LineConfig> modbus;
  std::vector<mqtt::BrokerConfig> mqtt;
  ocpp::OcppConfig ocpp;
  std::vector<delivery::EndpointConfig> endpoints;
  std::vector<pipeline::TelemetrySubscription> telemetry;          ///< at most one per endpoint and list item
  rules::RuleSetPtr rules = rules::compile_rules({}, {}, {}).set;  ///< never null
  std::string hash;  ///< 16 hexadecimal digits over all files as read; equal files, equal hash
};
using ConfigPtr = std::shared_ptr<const ConfigGeneration>;

/// What one generation changes against another, a sentence each ("endpoint billing added").
struct ConfigChanges {
  std::vector<std::string> taken;
  std::vector<std::string> needs_restart;  ///< those that a running gateway cannot take into use
};
[[nodiscard]] ConfigChanges compare(const ConfigGeneration& from, const ConfigGeneration& to);

/// `to` with what needs a restart left as it is in `from`.
[[nodiscard]] ConfigGeneration without_restart(const ConfigGeneration& from, const ConfigGeneration& to);

}  // namespace chargehook::core
