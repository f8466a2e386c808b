#include "rules/language/topology.hpp"

#include <algorithm>

namespace chargehook::rules {

namespace {

template <class Items, class Test>
auto find(const Items& items, Test test) -> const typename Items::value_type* {
  const auto found = std::ranges::find_if(items, test);
  return found == items.end() ? nullptr : &*found;
}

}  // namespace

std::string_view to_string(CircuitKind kind) {
  switch (kind) {
    case CircuitKind::feeder:
      return "feeder";
    case CircuitKind::grid:
      return "grid";
    case CircuitKind::transformer:
      return "transformer";
  }
  return "feeder";
}

std::string_view to_string(DeviceKind kind) {
  switch (kind) {
    case DeviceKind::meter:
      return "meter";
    case DeviceKind::charger:
      return "charger";
    case DeviceKind::connector:
      return "connector";
    case DeviceKind::transformer:
      return "transformer";
  }
  return "meter";
}

const Circuit* Topology::find_circuit(std::string_view name) const {
  return find(circuits, [&](const Circuit& circuit) { return circuit.name == name; });
}

const Circuit* Topology::grid() const {
  return find(circuits, [](const Circuit& circuit) { return circuit.kind == CircuitKind::grid; });
}

const Device* Topology::find_device(std::string_view id) const {
  return find(devices, [&](const Device& device) { return device.id == id; });
}

const Device* Topology::find_device(DeviceKind kind, std::string_view name) const {
  return find(devices, [&](const Device& device) { return device.kind == kind && device.name == name; });
}

}  // namespace chargehook::rules
