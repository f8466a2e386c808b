/// A small depot with a clock that is turned by hand, for tests of the engine.
#pragma once

#include <doctest/doctest.h>

#include <map>
#include <string>
#include <vector>

#include "rules/engine/engine.hpp"

namespace chargehook::rules {

using namespace std::chrono_literals;

inline const model::Site site{"depot-nord", "Depot Nord", "Europe/Berlin", "EUR", "DE", "DE*ABC"};

inline Topology depot(int chargers = 3) {
  using model::Quantity;
  Topology topology;
  topology.circuits = {{"main", CircuitKind::grid, "", Amount{Quantity::current, 400}, "meter/grid"},
                       {"feeder-a", CircuitKind::feeder, "main", Amount{Quantity::current, 160}, "meter/feeder-a"}};
  for (const char* name : {"grid", "feeder-a"}) {
    Device meter;
    meter.id = std::string{"meter/"} + name;
    meter.name = name;
    meter.interval = 1s;
    topology.devices.push_back(meter);
  }
  for (int i = 1; i <= chargers; ++i) {
    Device charger;
    charger.name = "CP-" + std::to_string(i);
    charger.id = "charger/" + charger.name;
    charger.kind = DeviceKind::charger;
    charger.label = "Bay " + std::to_string(i);
    charger.circuit = "feeder-a";
    topology.devices.push_back(charger);
    Device connector = charger;
    connector.kind = DeviceKind::connector;
    connector.id += "/evse/1";
    connector.name += "/1";
    connector.charger = charger.id;
    connector.evse = 1;
    topology.devices.push_back(connector);
  }
  topology.constants = {{"site.import_limit", {Quantity::power, 250e3}}};
  return topology;
}

inline RuleConfig rule(std::string id, std::string when, std::string clear = {}, model::Nanoseconds raise_after = 0s,
                       model::Nanoseconds clear_after = 0s, std::string each = {}) {
  RuleConfig config;
  config.id = std::move(id);
  config.title = "Title of " + config.id;
  config.when = std::move(when);
  config.clear = std::move(clear);
  config.raise_after = raise_after;
  config.clear_after = clear_after;
  config.each = std::move(each);
  return config;
}

inline RuleConfig import_limit() {
  return rule("import-limit", "grid.power > site.import_limit", "grid.power < 95 % of site.import_limit", 30s, 10s);
}

inline RuleSetPtr compiled(const std::vector<RuleConfig>& rules, const Topology& topology = depot()) {
  const CompiledRules result = compile_rules(site, topology, rules);
  for (const RuleDiagnostic& each : result.diagnostics) {
    FAIL_CHECK(each.key << ": " << each.diagnostic.code << " " << each.diagnostic.message);
  }
  return result.set;
}

inline model::Reading reading(std::string_view device, std::string_view signal, model::ReadingValue value,
                              model::Quality quality = model::Quality::good) {
  model::Reading made;
  made.device = device;
  made.signal = *model::find_signal(signal);
  made.value = std::move(value);
  made.quality = quality;
  return made;
}

/// An engine, what it has put out, and what a store would hold of it.
class World {
 public:
  explicit World(RuleSetPtr rules) : rules_(std::move(rules)), engine(rules_, "store-1") { restore(); }

  void at(model::Nanoseconds since_start) {
    now.boot = model::BootTime{1000s} + since_start;
    now.wall = model::WallTime{1'790'000'000s} + since_start;
  }

  void read(std::string_view device, std::string_view signal, model::ReadingValue value,
            model::Quality quality = model::Quality::good) {
    engine.on_reading(now, reading(device, signal, std::move(value), quality), events);
    commit();
  }
  void grid(double kilowatts) { read("meter/grid", "meter.power", kilowatts * 1000); }
  void grid_unknown() { read("meter/grid", "meter.power", std::monostate{}, model::Quality::invalid); }

  void timer() {
    engine.on_timer(now, events);
    commit();
  }

  void replace(RuleSetPtr rules) {
    engine.replace_rules(now, rules, events);
    rules_ = std::move(rules);
    commit();
  }

  /// A crash, and a start with what was committed; boot time and wall time run on.
  void restart() { restart(rules_); }
  void restart(RuleSetPtr rules) {
    rules_ = std::move(rules);
    engine = Engine{rules_, "store-1"};
    restore();
  }

  /// "fault.raised fault.cleared" of what was put out since the last call.
  std::string news() {
    std::string out;
    for (; told_ < events.size(); ++told_) out += (out.empty() ? "" : " ") + events[told_].type;
    return out;
  }

  RuleSetPtr rules_;
  Engine engine;
  model::Now now{model::WallTime{1'790'000'000s}, model::BootTime{1000s}, model::TimeQuality::synced};
  std::vector<model::Event> events;
  std::map<std::string, std::string> rows{{"ocpp/other", "not ours"}};

 private:
  void restore() {
    engine.restore(now, rows, events);
    commit();
  }
  void commit() {
    for (StateChange& change : engine.take_changed_state()) rows[change.key] = std::move(change.value);
  }

  std::size_t told_ = 0;
};

}  // namespace chargehook::rules
