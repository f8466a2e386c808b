/// A depot's meter at the grid connection, and a rule over it.
#pragma once

#include "fakes/grid_topology.hpp"
#include "world.hpp"

namespace chargehook::core {

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
