#include <doctest/doctest.h>

#include <string>

#include "depot.hpp"
#include "rules/language/compiler.hpp"

namespace chargehook::rules {

namespace {

struct MixUp {
  std::string_view expression;
  std::string_view code;
};

// What a hurried person mixes up. The circuit feeder-b is rated in kW, the others in A.
const MixUp mix_ups[] = {
    {"grid.power > main.rating", "E204"},
    {"phase.current > feeder-b.rating", "E204"},
    {"grid.power > 250 kVA", "E204"},
    {"grid.apparent_power > 250 kW", "E204"},
    {"grid.reactive_power > 10 kW", "E204"},
    {"grid.reactive_power > 10 kVA", "E204"},
    {"grid.power > 10 kvar", "E204"},
    {"grid.power > 250 kWh", "E204"},
    {"feeder-a.energy_import > 5 kW", "E204"},
    {"phase.current > 5 kW", "E204"},
    {"grid.voltage_l1 > 16 A", "E204"},
    {"phase.current > 230 V", "E204"},
    {"grid.frequency > 50 V", "E204"},
    {"charger.temperature > 70 K", "E204"},
    {"charger.temperature > 70 A", "E204"},
    {"charger.temperature - transformer.temperature > 5 degC", "E204"},
    {"grid.power > 30 s", "E204"},
    {"grid.power > 1 MiB", "E204"},
    {"grid.power > 500 kohm", "E204"},
    {"grid.power == grid.frequency", "E204"},
    {"grid.power between 5 A and 9 A", "E204"},
    {"grid.power between 5 kW and 9 kVA", "E204"},
    {"grid.power not between 5 kWh and 9 kW", "E204"},
    {"grid.power > 80 % of main.rating", "E204"},
    {"phase.current > 80 % of site.import_limit", "E204"},
    {"max(grid.power, main.rating) > 5 kW", "E204"},
    {"avg(grid.power, grid.apparent_power) > 5 kW", "E204"},
    {"grid.power > 250", "E205"},
    {"phase.current > 16", "E205"},
    {"charger.temperature > 70", "E205"},
    {"250 < grid.power", "E205"},
    {"grid.power between 5 and 9", "E205"},
    {"grid.power > site.cars", "E204"},
    {"grid.power + 5 > 9 kW", "E206"},
    {"grid.power + 5 A > 9 kW", "E206"},
    {"grid.power - grid.apparent_power > 9 kW", "E206"},
    {"charger.temperature + transformer.temperature > 90 degC", "E206"},
    {"5 K - charger.temperature > 1 K", "E206"},
    {"charger.temperature * 2 > 90 degC", "E206"},
    {"charger.temperature / 2 > 90 degC", "E206"},
    {"-charger.temperature > 90 degC", "E206"},
    {"charger.temperature > 90 % of transformer.temperature", "E206"},
    {"grid.power / grid.voltage_l1 > 9 A", "E206"},
    {"grid.power * grid.power > 9 kW", "E206"},
    {"grid.power / main.rating > 9 V", "E206"},
    {"5 / grid.power > 9 kW", "E206"},
    {"grid.power + 5 % > 9 kW", "E206"},
    {"grid.power > 5 % of 12", "E206"},
    {"abs(charger.temperature) > 5 degC", "E206"},
    {"grid.power > 90 %", "E207"},
    {"phase.current > 90 %", "E207"},
    {"phase.current between 10 % and 90 %", "E207"},
    {"90 % < grid.power", "E207"},
    {"connector.soc > 5 kWh", "E207"},
};

const std::string_view sound[] = {
    "grid.power > 250 kW",
    "grid.power > 0.25 MW",
    "phase.current > 90 % of feeder-a.rating",
    "phase.current > 90 % of circuit.rating",
    "phase.current > 90 % of phase.rating + 0.5 A",
    "grid.apparent_power > 4.6 kVA",
    "grid.power - feeder-a.power > 5 kW",
    "charger.temperature > -5 \xc2\xb0"
    "C",
    "charger.temperature - transformer.temperature > 5 K",
    "charger.temperature + 5 K > 90 degC",
    "5 K + charger.temperature > 90 degC",
    "grid.power * 15 min > 5 kWh",
    "feeder-a.energy_import / 1 h > 5 kW",
    "grid.voltage_l1 * grid.current_l1 > 4.6 kVA",
    "grid.apparent_power / 230 V > 16 A",
    "grid.power / feeder-a.power > 0.5",
    "grid.power / feeder-a.power > 50 %",
    "2 * grid.power > 5 kW",
    "grid.power / 3 > 5 kW",
    "connector.soc > 80 %",
    "connector.soc > 0.8",
    "grid.power_factor < 0.9",
    "12 * (grid.power / feeder-a.power) > 5",
    "max(grid.current_l1, grid.current_l2, grid.current_l3) - min(grid.current_l1, grid.current_l2) > 20 A",
    "abs(grid.power) > 5 kW",
    "avg(grid.current_l1, grid.current_l2) > 5 A",
    "connector.status == Faulted or connector.error != NoError",
    "Faulted == connector.status",
    "connector.error == VendorOwnWord",
    "charger 'DE*ABC*7'.power > 5 kW",
    "meter 'feeder-a'.power > charger.max_power",
    "CP-07.power > 5 kW",
    "connector 'CP-07/1'.status != Available",
    "grid.power is unknown or grid.power is not fresh or grid.power is stale",
    "not (grid.power > 5 kW and grid.power < 9 kW)",
    "grid.power not between -5 kW and 9 kW",
    "grid.power > 50 % of (site.import_limit + 10 kW)",
    "grid.power > 50 % of 80 % of site.import_limit",
    "grid.power > contract.power",
    "circuit 'main'.power > 5 kW",
};

}  // namespace

TEST_CASE("quantities that do not belong together are refused when the rule is read") {
  const Topology site = depot();
  const Binding binding = everything(site);
  for (const MixUp& mix_up : mix_ups) {
    CAPTURE(mix_up.expression);
    const Compiled compiled = compile(mix_up.expression, {site, binding});
    REQUIRE(compiled.errors.size() == 1);
    CAPTURE(compiled.errors[0].message);
    CHECK(compiled.errors[0].code == mix_up.code);
  }
}

TEST_CASE("the message says which quantities meet") {
  const Topology site = depot();
  const Compiled compiled = compile("grid.power > main.rating", {site, Binding{}});
  REQUIRE(compiled.errors.size() == 1);
  CHECK(compiled.errors[0].message == "cannot compare power with current");
  CHECK(compiled.errors[0].place == Place{0, 24});
  CHECK_FALSE(compiled.errors[0].help.empty());
}

TEST_CASE("what makes sense compiles") {
  const Topology site = depot();
  const Binding binding = everything(site);
  for (const std::string_view expression : sound) {
    CAPTURE(expression);
    const Compiled compiled = compile(expression, {site, binding});
    for (const Diagnostic& error : compiled.errors) CAPTURE(error.message);
    CHECK(compiled.errors.empty());
    CHECK(compiled.program);
  }
}

}  // namespace chargehook::rules
