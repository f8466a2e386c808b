#include "config/nearest.hpp"
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

void report_unknown(const CircuitReference& reference, const rules::Topology& topology, Report& report) {
  std::vector<std::string_view> names;
  for (const auto& circuit : topology.circuits) names.push_back(circuit.name);
  report.error(reference.name.place, "E154", "there is no circuit " + in_quotes(reference.name.text),
               names.empty() ? "circuits are listed in site.yaml" : suggestion(reference.name.text, names));
}

/// Whether the way up from `parent` comes back to the circuit that it feeds.
bool feeds_itself(const CircuitReference& reference, const rules::Circuit& parent, const rules::Topology& topology) {
  const auto* circuit = &parent;
  for (std::size_t steps = 0; circuit != nullptr && steps < topology.circuits.size(); ++steps) {
    if (circuit->name == reference.from) return true;
    circuit = topology.find_circuit(circuit->fed_by);
  }
  return false;
}

}  // namespace

void complete_topology(Draft& draft) {
  for (const auto& line : draft.generation.modbus) {
    for (const auto& device : line.devices) add_meter(device, draft.topology);
  }
  for (const auto& charger : draft.generation.site.chargers) add_charger(charger, draft.topology);
  for (const auto& circuit : draft.topology.circuits) add_meter_of(circuit, draft.topology);
}

void check_references(const Draft& draft, const ReportOn& report_on) {
  for (const auto& reference : draft.references) {
    const auto* circuit = draft.topology.find_circuit(reference.name.text);
    if (circuit == nullptr && !draft.has_bad_circuits) {
      report_on(reference.file, [&](Report& report) { report_unknown(reference, draft.topology, report); });
    } else if (circuit != nullptr && feeds_itself(reference, *circuit, draft.topology)) {
      report_on(reference.file, [&](Report& report) {
        report.error(reference.name.place, "E155", "circuit " + in_quotes(reference.from) + " is fed by itself",
                     "follow fed_by upwards: it has to end at a circuit without it");
      });
    }
  }
}

}  // namespace chargehook::config
