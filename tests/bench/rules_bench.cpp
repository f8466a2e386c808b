// Readings per second through the rule engine with 5,000 instances, and compiling them.
#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "rules/engine/engine.hpp"

namespace chargehook::rules {

namespace {

using namespace std::chrono_literals;

const model::Site site{"depot", "Depot", "Europe/Berlin", "EUR", "DE", ""};
constexpr int chargers = 1000;

Topology depot() {
  Topology topology;
  topology.circuits = {{"main", CircuitKind::grid, "", Amount{model::Quantity::current, 400}, "meter/grid"}};
  Device meter;
  meter.id = "meter/grid";
  meter.name = "grid";
  topology.devices.push_back(meter);
  for (int i = 0; i < chargers; ++i) {
    Device charger;
    charger.kind = DeviceKind::charger;
    charger.name = "CP-" + std::to_string(i);
    charger.id = "charger/" + charger.name;
    topology.devices.push_back(charger);
  }
  return topology;
}

/// Five rules for each of 1,000 chargers.
std::vector<RuleConfig> rules() {
  const char* const conditions[] = {"charger.power > 50 kW", "charger.temperature > 70 degC",
                                    "charger.current_l1 > 80 A", "charger.current_l2 > 80 A",
                                    "charger.current_l3 > 80 A"};
  std::vector<RuleConfig> made;
  for (const char* condition : conditions) {
    RuleConfig config;
    config.id = "r" + std::to_string(made.size());
    config.title = "Rule";
    config.each = "charger";
    config.when = condition;
    config.raise_after = 30s;
    made.push_back(config);
  }
  return made;
}

/// Every signal of every charger in turn. The values differ from round to round, so that no reading is passed over.
std::vector<model::Reading> readings(double first, double second) {
  std::vector<model::Reading> made;
  const char* const signals[] = {"charger.power", "charger.temperature", "charger.current_l1", "charger.current_l2",
                                 "charger.current_l3"};
  for (const double value : {first, second}) {
    for (int i = 0; i < chargers; ++i) {
      for (const char* signal : signals) {
        model::Reading reading;
        reading.device = "charger/CP-" + std::to_string(i);
        reading.signal = *model::find_signal(signal);
        reading.value = value;
        made.push_back(std::move(reading));
      }
    }
  }
  return made;
}

void run(benchmark::State& state, const std::vector<model::Reading>& input) {
  Engine engine{compile_rules(site, depot(), rules()).set, "store"};
  std::vector<model::Event> events;
  model::Now now{};
  engine.restore(now, {}, events);
  std::size_t next = 0;
  for (auto step : state) {
    (void)step;
    now.boot += 1us;
    engine.on_reading(now, input[next], events);
    if (++next == input.size()) next = 0;
  }
  state.SetItemsProcessed(state.iterations());
  state.counters["events"] = static_cast<double>(events.size());
}

void quiet(benchmark::State& state) { run(state, readings(20, 21)); }

/// Each reading begins or gives up a hold.
void restless(benchmark::State& state) { run(state, readings(20, 1e6)); }

void compile_5000(benchmark::State& state) {
  const Topology topology = depot();
  const std::vector<RuleConfig> configs = rules();
  for (auto step : state) {
    (void)step;
    benchmark::DoNotOptimize(compile_rules(site, topology, configs).set);
  }
}

BENCHMARK(quiet);
BENCHMARK(restless);
BENCHMARK(compile_5000)->Unit(benchmark::kMillisecond);

}  // namespace

}  // namespace chargehook::rules

BENCHMARK_MAIN();
