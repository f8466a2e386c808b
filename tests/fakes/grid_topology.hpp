/// A grid connection with a meter, for tests of rules.
#pragma once

#include <chrono>

#include "rules/language/topology.hpp"

namespace chargehook::fakes {

inline rules::Topology grid_topology() {
  rules::Topology out;
  out.circuits = {{"main", rules::CircuitKind::grid, "", std::nullopt, "meter/grid"}};
  auto& meter = out.devices.emplace_back();
  meter.id = "meter/grid";
  meter.name = "grid";
  meter.interval = std::chrono::seconds{1};
  return out;
}

}  // namespace chargehook::fakes
