#include <doctest/doctest.h>

#include "rules/engine/rule_hash.hpp"
#include "rules/engine/text_names.hpp"
#include "world.hpp"

namespace chargehook::rules {

namespace {

CompiledRules compile_one(const RuleConfig& config, const Topology& topology = depot()) {
  return compile_rules(site, topology, std::span{&config, 1});
}

}  // namespace

TEST_CASE("an error is told once with rule, key and place, not once per charger") {
  const std::vector<RuleConfig> rules{import_limit(),
                                      rule("bad", "charger.power > 5 A", "chargr.power < 5 kW", 0s, 0s, "charger")};
  const CompiledRules result = compile_rules(site, depot(50), rules);
  CHECK(result.has_errors());
  REQUIRE(result.diagnostics.size() == 2);
  CHECK(result.diagnostics[0].rule == 1);
  CHECK(result.diagnostics[0].key == "when");
  CHECK(result.diagnostics[0].diagnostic.code == "E204");
  CHECK(result.diagnostics[1].key == "clear");
  CHECK(result.diagnostics[1].diagnostic.code == "E220");
  CHECK(result.set->rules().size() == 1);
}

TEST_CASE("keys that do not hold are told by their name") {
  RuleConfig config = rule("Bad Id", "grid.power > 5 kW", "", -1s, -1s);
  config.title = "Hot <chargr>";
  config.advice = std::string(2001, 'x');
  std::string keys;
  for (const RuleDiagnostic& each : compile_one(config).diagnostics)
    keys += each.key + ":" + each.diagnostic.code + " ";
  CHECK(keys == "id:E241 advice:E245 for:E244 clear_for:E244 title:E240 ");
  const std::vector<RuleConfig> twins{import_limit(), import_limit()};
  const CompiledRules result = compile_rules(site, depot(), twins);
  REQUIRE(result.diagnostics.size() == 1);
  CHECK(result.diagnostics[0].diagnostic.code == "E242");
  CHECK(result.diagnostics[0].rule == 1);
}

TEST_CASE("a device that lacks the signal is left out with a warning, but not if it is the only one") {
  Topology topology = depot();
  topology.devices[2].signals = {*model::find_signal("charger.power")};
  const RuleConfig all = rule("hot", "charger.temperature > 70 degC", "", 0s, 0s, "charger");
  const CompiledRules some = compile_one(all, topology);
  CHECK_FALSE(some.has_errors());
  REQUIRE(some.diagnostics.size() == 1);
  CHECK(some.diagnostics[0].diagnostic.code == "W250");
  CHECK(some.set->instances().size() == 2);
  const CompiledRules named = compile_one(rule("hot", "CP-1.temperature > 70 degC"), topology);
  CHECK(named.has_errors());
  for (Device& device : topology.devices) device.signals = {*model::find_signal("charger.power")};
  const CompiledRules none = compile_one(all, topology);
  REQUIRE(none.diagnostics.size() == 1);
  CHECK(none.diagnostics[0].diagnostic.code == "E225");
}

TEST_CASE("more instances than the engine takes are refused") {
  const std::vector<RuleConfig> rules{rule("a", "charger.power > 5 kW", "", 0s, 0s, "charger"),
                                      rule("b", "charger.power > 5 kW", "", 0s, 0s, "charger")};
  Topology topology = depot(0);
  Device charger;
  charger.kind = DeviceKind::charger;
  for (std::size_t i = 0; i <= instances_max / 2; ++i) {
    charger.name = std::to_string(i);
    charger.id = "charger/" + charger.name;
    topology.devices.push_back(charger);
  }
  const CompiledRules result = compile_rules(site, topology, rules);
  REQUIRE(result.diagnostics.size() == 1);
  CHECK(result.diagnostics[0].diagnostic.code == "E243");
  CHECK(result.set->instances().size() == instances_max / 2 + 1);
}

TEST_CASE("names in texts become what they are for the instance; other angle brackets stay") {
  const Topology topology = depot();
  Binding binding;
  binding.charger = &topology.devices[2];
  CHECK(fill_names("<charger> at <site>: 5 < 6 <b x> a\nb", binding, site).text ==
        "Bay 1 at Depot Nord: 5 < 6 <b x> a b");
  const Filled unknown = fill_names("x <phase> <chrger>", binding, site);
  REQUIRE(unknown.errors.size() == 2);
  CHECK(unknown.errors[0].code == "E240");
  CHECK(unknown.errors[0].place == Place{2, 7});
  CHECK(unknown.errors[0].help.find("each: phase") != std::string::npos);
  CHECK(unknown.errors[1].place == Place{10, 8});
  CHECK(unknown.errors[1].help.find("charger") != std::string::npos);
}

TEST_CASE("what a running alarm depends on is told from what may change under it") {
  const RuleConfig base = import_limit();
  const auto with = [&](auto change) {
    RuleConfig config = base;
    change(config);
    CHECK(version_hash(config) != version_hash(base));
    return stateful_hash(config) == stateful_hash(base);
  };
  CHECK(with([](RuleConfig& c) { c.clear = "grid.power < 0.9 %   of site.import_limit"; }));
  CHECK(with([](RuleConfig& c) { c.title = "x"; }));
  CHECK(with([](RuleConfig& c) { c.raise_after = 1s; }));
  CHECK(with([](RuleConfig& c) { c.severity = model::Severity::low; }));
  CHECK_FALSE(with([](RuleConfig& c) { c.when = "grid.power >= site.import_limit"; }));
  CHECK_FALSE(with([](RuleConfig& c) { c.when = "main.power > site.import_limit"; }));
  CHECK_FALSE(with([](RuleConfig& c) { c.clear = ""; }));
  CHECK_FALSE(with([](RuleConfig& c) { c.each = "site"; }));
  CHECK_FALSE(with([](RuleConfig& c) { c.missing = Missing::raise; }));
  RuleConfig amperes = base;
  amperes.when = "grid.power > 250 kW";
  RuleConfig megawatts = amperes;
  megawatts.when = "grid.power > 0.24MW";
  CHECK(stateful_hash(amperes) == stateful_hash(megawatts));
}

}  // namespace chargehook::rules
