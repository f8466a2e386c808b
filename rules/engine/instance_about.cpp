#include "rules/engine/instance_about.hpp"

#include <algorithm>

#include "model/json_text.hpp"

namespace chargehook::rules {

namespace {

using model::JsonObject;

void text_or_null(JsonObject& object, std::string_view key, const std::string& text) {
  text.empty() ? object.add_null(key) : object.add(key, text);
}

std::string json_of(const Circuit& circuit) {
  std::string out;
  JsonObject object{out};
  object.add("name", circuit.name).add("kind", to_string(circuit.kind));
  const bool power = circuit.rating && circuit.rating->quantity == model::Quantity::power;
  const std::string_view key = power ? "rating_w" : "rating_a";
  circuit.rating ? object.add(key, circuit.rating->value) : object.add_null(key);
  object.end();
  return out;
}

std::string json_of_charger(const Device& charger) {
  std::string out;
  JsonObject object{out};
  object.add("id", charger.name);
  text_or_null(object, "name", charger.label);
  object.add_null("vendor").add_null("model").add_null("serial").add_null("firmware");
  object.end();
  return out;
}

std::string json_of_connector(const Device& connector) {
  std::string out;
  JsonObject object{out};
  object.add("evse", connector.evse).add_null("connector");
  text_or_null(object, "evse_id", connector.evse_id);
  object.add_null("plug");
  connector.max_power ? object.add("max_power_w", connector.max_power->value) : object.add_null("max_power_w");
  text_or_null(object, "circuit", connector.circuit);
  object.end();
  return out;
}

std::string phase_name(model::Phase phase) {
  switch (phase) {
    case model::Phase::l1:
      return "L1";
    case model::Phase::l2:
      return "L2";
    case model::Phase::l3:
      return "L3";
    default:
      return {};
  }
}

/// Adds to the binding what all inputs agree on.
Binding completed(Binding binding, const Topology& topology, const std::vector<Input>& inputs) {
  const bool open = !binding.circuit && !binding.meter && !binding.charger && !binding.connector;
  if (!open || inputs.empty()) return binding;
  const Input& first = inputs.front();
  if (std::ranges::all_of(inputs, [&](const Input& input) { return input.circuit == first.circuit; })) {
    binding.circuit = topology.find_circuit(first.circuit);
  }
  const bool one_device = std::ranges::all_of(inputs, [&](const Input& input) { return input.device == first.device; });
  const Device* device = one_device && !binding.circuit ? topology.find_device(first.device) : nullptr;
  if (!device) return binding;
  if (device->kind == DeviceKind::meter) binding.meter = device;
  if (device->kind == DeviceKind::charger) binding.charger = device;
  if (device->kind == DeviceKind::connector) {
    binding.connector = device;
    binding.charger = topology.find_device(device->charger);
  }
  return binding;
}

AlarmKind kind_of(const std::vector<Input>& inputs) {
  const bool supply = std::ranges::all_of(inputs, [](const Input& input) {
    return input.device_kind == DeviceKind::meter || input.device_kind == DeviceKind::transformer;
  });
  return supply ? AlarmKind::load_management : AlarmKind::fault;
}

/// A meter tells of the circuit it is on.
const Circuit* circuit_of(const Binding& binding, const Topology& topology) {
  if (binding.circuit || !binding.meter) return binding.circuit;
  const auto found = std::ranges::find(topology.circuits, binding.meter->id, &Circuit::meter);
  return found == topology.circuits.end() ? nullptr : &*found;
}

struct Thing {
  std::string subject;
  std::string name;
};

Thing thing_of(const Binding& binding, const model::Site& site) {
  if (binding.connector) return {binding.connector->id, binding.connector->name};
  if (binding.charger) return {binding.charger->id, binding.charger->name};
  if (binding.meter) return {binding.meter->id, binding.meter->name};
  if (binding.circuit) return {"circuit/" + binding.circuit->name, binding.circuit->name};
  return {"site/" + site.id, "site"};
}

}  // namespace

AlarmSubject about_instance(const model::Site& site, const Topology& topology, const Binding& binding,
                            const std::vector<Input>& inputs, std::string_view rule_id, std::optional<AlarmKind> kind) {
  const Binding whole = completed(binding, topology, inputs);
  const Thing thing = thing_of(whole, site);
  AlarmSubject about;
  about.kind = kind ? *kind : kind_of(inputs);
  about.subject = thing.subject;
  about.partition_key = model::device_of(thing.subject);
  about.phase = phase_name(whole.phase);
  about.dedup_key = site.id + "/" + thing.name + "/";
  if (!about.phase.empty()) about.dedup_key += about.phase + "/";
  about.dedup_key += rule_id;
  if (const Circuit* circuit = circuit_of(whole, topology)) about.circuit_json = json_of(*circuit);
  if (whole.charger) about.charger_json = json_of_charger(*whole.charger);
  if (whole.connector) about.connector_json = json_of_connector(*whole.connector);
  return about;
}

}  // namespace chargehook::rules
