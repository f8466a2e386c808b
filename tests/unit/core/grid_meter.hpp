/// A depot's meter at the grid connection, and a rule over it.
#pragma once

#include "world.hpp"

namespace chargehook::core {

inline rules::Topology topology() {
  rules::Topology out;
  out.circuits = {{"main", rules::CircuitKind::grid, "", std::nullopt, "meter/grid"}};
  auto& meter = out.devices.emplace_back();
  meter.id = "meter/grid";
  meter.name = "grid";
  meter.interval = 1s;
  return out;
}

inline rules::RuleConfig import_limit() {
  rules::RuleConfig rule;
  rule.id = "import-limit";
  rule.title = "Import limit exceeded";
  rule.when = "grid.power > 250 kW";
  rule.clear = "grid.power < 240 kW";
  rule.raise_after = 30s;
  return rule;
}

inline void read_grid(World& world, double watts) {
  model::Reading reading;
  reading.device = "meter/grid";
  reading.signal = *model::find_signal("meter.power");
  reading.value = watts;
  reading.observed = reading.received = world.now().wall;
  reading.source = "modbus";
  world.step(ReadingsSeen{{reading}});
}

}  // namespace chargehook::core
