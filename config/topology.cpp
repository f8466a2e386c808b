#include "config/sections.hpp"

namespace chargehook::config {
namespace {

void add_charger(const model::Charger& charger, rules::Topology& topology) {
  rules::Device device;
  device.id = "charger/" + charger.id;
  device.kind = rules::DeviceKind::charger;
  device.name = charger.id;
  device.label = charger.name;
  device.circuit = charger.circuit;
  if (charger.max_power_w) device.max_power = rules::Amount{model::Quantity::power, *charger.max_power_w};
  for (const auto& evse : charger.evses) {
    rules::Device connector;
    connector.id = device.id + "/evse/" + std::to_string(evse.number);
    connector.kind = rules::DeviceKind::connector;
    connector.name = charger.id + "/" + std::to_string(evse.number);
    connector.label = charger.name;
    connector.circuit = charger.circuit;
    connector.charger = device.id;
    connector.evse = evse.number;
    connector.evse_id = evse.evse_id;
    if (evse.max_power_w) connector.max_power = rules::Amount{model::Quantity::power, *evse.max_power_w};
    topology.devices.push_back(std::move(connector));
  }
  topology.devices.push_back(std::move(device));
}

void add_meter(const modbus::DeviceConfig& config, rules::Topology& topology) {
  rules::Device meter;
  meter.id = "meter/" + config.name;
  meter.kind = rules::DeviceKind::meter;
  meter.name = config.name;
  meter.interval = config.interval;
  for (const auto& circuit : topology.circuits) {
    if (circuit.meter == meter.id) meter.circuit = circuit.name;
  }
  if (config.profile) {
    for (const auto& entry : config.profile->registers) meter.signals.push_back(entry.signal);
  }
  topology.devices.push_back(std::move(meter));
}

/// A meter that only a circuit names: what it gives is not known before it speaks.
void add_meter_of(const rules::Circuit& circuit, rules::Topology& topology) {
  if (circuit.meter.empty() || topology.find_device(circuit.meter) != nullptr) return;
  rules::Device meter;
  meter.id = circuit.meter;
  meter.kind = rules::DeviceKind::meter;
  meter.name = circuit.meter.substr(circuit.meter.find('/') + 1);
  meter.circuit = circuit.name;
  topology.devices.push_back(std::move(meter));
}

}  // namespace

void complete_topology(Draft& draft) {
  for (const auto& line : draft.generation.modbus) {
    for (const auto& device : line.devices) add_meter(device, draft.generation.topology);
  }
  for (const auto& charger : draft.generation.site.chargers) add_charger(charger, draft.generation.topology);
  for (const auto& circuit : draft.generation.topology.circuits) add_meter_of(circuit, draft.generation.topology);
}

}  // namespace chargehook::config
