// The text of a rule through everything that reads it: lexer, parser, checker, compiler, engine.
// First line: `each`; the rest: `when`. Nothing may crash, and every place has to lie within its text.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "rules/engine/engine.hpp"
#include "rules/engine/rule_set.hpp"
#include "rules/language/compiler.hpp"

namespace chargehook::rules {

namespace {

Topology depot() {
  Topology topology;
  topology.circuits = {{"main", CircuitKind::grid, "", Amount{model::Quantity::current, 400}, "meter/grid"}};
  Device meter;
  meter.id = "meter/grid";
  meter.name = "grid-meter";
  topology.devices.push_back(meter);
  Device charger;
  charger.id = "charger/CP-1";
  charger.kind = DeviceKind::charger;
  charger.name = "CP-1";
  charger.circuit = "main";
  topology.devices.push_back(charger);
  Device connector = charger;
  connector.id = "charger/CP-1/evse/1";
  connector.kind = DeviceKind::connector;
  connector.name = "CP-1/1";
  connector.charger = charger.id;
  topology.devices.push_back(connector);
  topology.constants = {{"site.import_limit", {model::Quantity::power, 250e3}}};
  return topology;
}

void check_place(const Diagnostic& error, std::string_view text) {
  if (error.place.offset + error.place.length > text.size()) std::abort();
  if (error.code.empty() || error.message.empty()) std::abort();
}

std::string_view text_of(const RuleConfig& config, std::string_view key) {
  if (key == "when") return config.when;
  return key == "each" ? std::string_view{config.each} : std::string_view{config.title};
}

/// What compiles has to run: with nothing known, with numbers, with words.
void run(RuleSetPtr set) {
  Engine engine{set, "store"};
  std::vector<model::Event> events;
  model::Now now{};
  engine.restore(now, {}, events);
  for (const Slot& slot : set->slots()) {
    for (const double value : {0.0, 1e300, -1e300}) {
      model::Reading reading;
      reading.device = slot.device;
      reading.signal = slot.signal;
      reading.value = value;
      engine.on_reading(now, reading, events);
      reading.value = std::string{"Faulted"};
      engine.on_reading(now, reading, events);
    }
  }
}

void try_text(std::string_view text) {
  static const Topology topology = depot();
  static const model::Site site{"depot", "Depot", "Europe/Berlin", "EUR", "DE", ""};
  const std::size_t line = text.find('\n');
  RuleConfig config;
  config.id = "fuzz";
  config.title = "Fuzz";
  if (line != std::string_view::npos) config.each = text.substr(0, line);
  config.when = line == std::string_view::npos ? text : text.substr(line + 1);
  const CompiledRules compiled = compile_rules(site, topology, std::span{&config, 1});
  for (const RuleDiagnostic& each : compiled.diagnostics) {
    check_place(each.diagnostic, text_of(config, each.key));
  }
  if (!compiled.has_errors()) run(compiled.set);
}

}  // namespace

}  // namespace chargehook::rules

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  chargehook::rules::try_text({reinterpret_cast<const char*>(data), size});
  return 0;
}
