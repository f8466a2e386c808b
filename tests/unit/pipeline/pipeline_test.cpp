#include "pipeline/pipeline.hpp"

#include <doctest/doctest.h>

#include "fakes/grid_topology.hpp"
#include "readings.hpp"

namespace chargehook::pipeline {
namespace {

rules::RuleConfig rule(std::string id, std::string when, model::Nanoseconds raise_after) {
  rules::RuleConfig out;
  out.title = "Title of " + id;
  out.id = std::move(id);
  out.when = std::move(when);
  out.raise_after = raise_after;
  return out;
}

const model::Site& site() {
  static const model::Site depot = [] {
    model::Site made;
    made.id = "depot-nord";
    return made;
  }();
  return depot;
}

rules::RuleSetPtr compiled(const std::vector<rules::RuleConfig>& configs) {
  auto result = rules::compile_rules(site(), fakes::grid_topology(), configs);
  REQUIRE(result.diagnostics.empty());
  return result.set;
}

Pipeline started(rules::RuleSetPtr set, PipelineOutputs& out,
                 const std::vector<TelemetrySubscription>& telemetry = {}) {
  Pipeline pipeline{site(), set, "store-1", "store-1/1"};
  pipeline.restore(at(0s), {}, out);
  pipeline.configure(at(0s), std::move(set), telemetry, out);
  return pipeline;
}

std::string types(const PipelineOutputs& out) {
  std::string all;
  for (const auto& event : out.alarms) all += (all.empty() ? "" : " ") + event.type;
  return all;
}

TEST_CASE("an alarm and its state come out of one call") {
  PipelineOutputs out;
  Pipeline pipeline = started(compiled({rule("high", "grid.power > 250 kW", 0s)}), out);
  CHECK(out.alarms.empty());
  out = {};
  pipeline.on_readings(at(1s), {grid_power(260e3)}, out);
  CHECK(types(out) == "load_management.raised");
  REQUIRE(out.alarm_state.size() == 1);
  CHECK(out.alarm_state[0].key.starts_with("rules/alarm/high/"));
  out = {};
  pipeline.on_readings(at(2s), {grid_power(200e3)}, out);
  CHECK(types(out) == "load_management.cleared");
  CHECK(out.alarm_state.size() == 1);
}

TEST_CASE("an alarm that a timer raises has its state beside it too") {
  PipelineOutputs out;
  Pipeline pipeline = started(compiled({rule("high", "grid.power > 250 kW", 30s)}), out);
  pipeline.on_readings(at(1s), {grid_power(260e3)}, out);
  out = {};
  REQUIRE(pipeline.next_deadline().has_value());
  for (int second = 2; second < 31; ++second)
    pipeline.on_readings(at(std::chrono::seconds{second}), {grid_power(260e3)}, out);
  CHECK(out.alarms.empty());
  pipeline.on_timer(at(31s), out);
  CHECK(types(out) == "load_management.raised");
  CHECK(out.alarm_state.size() == 1);
}

TEST_CASE("readings of one call are taken in their order") {
  PipelineOutputs out;
  Pipeline pipeline = started(compiled({rule("high", "grid.power > 250 kW", 0s)}), out);
  pipeline.on_readings(at(1s), {grid_power(260e3), grid_power(200e3), grid_power(270e3)}, out);
  CHECK(types(out) == "load_management.raised load_management.cleared load_management.raised");
}

TEST_CASE("rules learn that a value has become stale, when its time is over and without another reading") {
  PipelineOutputs out;
  Pipeline pipeline = started(compiled({rule("silent", "grid.power is stale", 0s)}), out);
  pipeline.on_readings(at(1s), {grid_power(100e3, 5s)}, out);
  REQUIRE(pipeline.next_deadline().has_value());
  CHECK(*pipeline.next_deadline() <= at(6s).boot);
  pipeline.on_timer(at(5999ms), out);
  CHECK(out.alarms.empty());
  pipeline.on_timer(at(6s), out);
  CHECK(out.alarms.size() == 1);
}

TEST_CASE("rules that are the same object begin nothing anew; others end what is gone") {
  const auto set = compiled({rule("high", "grid.power > 250 kW", 0s)});
  PipelineOutputs out;
  Pipeline pipeline = started(set, out);
  pipeline.on_readings(at(1s), {grid_power(260e3)}, out);
  out = {};
  pipeline.configure(at(2s), set, {}, out);
  CHECK(out.alarms.empty());
  CHECK(out.alarm_state.empty());
  pipeline.configure(at(3s), compiled({}), {}, out);
  CHECK(types(out) == "load_management.cleared");
  CHECK(out.alarm_state.size() == 1);
}

TEST_CASE("what was stored is active again and not raised twice") {
  const auto set = compiled({rule("high", "grid.power > 250 kW", 0s)});
  std::map<std::string, std::string> rows;
  {
    PipelineOutputs out;
    Pipeline first = started(set, out);
    first.on_readings(at(1s), {grid_power(260e3)}, out);
    for (const auto& change : out.alarm_state) rows[change.key] = change.value;
  }
  PipelineOutputs out;
  Pipeline second{site(), set, "store-1", "store-1/2"};
  second.restore(at(10s), rows, out);
  second.on_readings(at(11s), {grid_power(260e3)}, out);
  CHECK(out.alarms.empty());
  CHECK(second.engine().active_alarms().size() == 1);
}

TEST_CASE("telemetry has each reading, and the stale ones as such") {
  TelemetrySubscription power;
  power.endpoint = "energy";
  power.signals = {*model::find_signal("meter.power")};
  power.as = {Aggregate::last};
  power.every = 10s;
  power.batch = 20s;
  PipelineOutputs out;
  Pipeline pipeline = started(compiled({}), out, {power});
  pipeline.on_readings(at(1s), {grid_power(7, 5s)}, out);
  for (const auto time : {6s, 10s, 20s}) pipeline.on_timer(at(time), out);
  REQUIRE(out.telemetry.size() == 1);
  CHECK(out.telemetry[0].data.find(R"("values":[7,null],"quality":["stale","stale"])") != std::string::npos);
}

TEST_CASE("the same inputs give the same outputs, byte for byte") {
  const auto story = [] {
    TelemetrySubscription power;
    power.endpoint = "energy";
    power.signals = {*model::find_signal("meter.power")};
    power.as = {Aggregate::mean, Aggregate::delta};
    PipelineOutputs out;
    Pipeline pipeline = started(compiled({rule("high", "grid.power > 250 kW", 3s)}), out, {power});
    for (int i = 0; i < 600; ++i) {
      pipeline.on_readings(at(std::chrono::seconds{i}), {grid_power(200e3 + 10e3 * (i * 7 % 13), 2s)}, out);
      pipeline.on_timer(at(std::chrono::seconds{i} + 500ms), out);
    }
    std::string all;
    for (const auto& event : out.alarms) all += event.id + event.type + event.data;
    for (const auto& event : out.telemetry) all += event.id + event.data;
    for (const auto& change : out.alarm_state) all += change.key + change.value;
    return all;
  };
  const auto first = story();
  CHECK(first.size() > 2000);
  CHECK(first == story());
}

}  // namespace
}  // namespace chargehook::pipeline
