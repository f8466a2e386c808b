#include <doctest/doctest.h>

#include "world.hpp"

namespace chargehook::rules {

namespace {

bool cleared_by(const model::Event& event, std::string_view reason) {
  return event.data.find("\"cleared_by\":\"" + std::string{reason} + "\"") != std::string::npos;
}

}  // namespace

TEST_CASE("a rule that is taken away clears its alarm, and the others go on") {
  const RuleConfig stays = rule("stays", "grid.power > 5 kW", "", 30s);
  World world{compiled({rule("goes", "grid.power > 5 kW"), stays})};
  world.grid(6);
  CHECK(world.news() == "load_management.raised");
  world.at(20s);
  world.replace(compiled({stays}));
  CHECK(world.news() == "load_management.cleared");
  CHECK(cleared_by(world.events[1], "rule_removed"));
  CHECK(world.rows["rules/alarm/goes/site"] == "v=1\nraises=1\n");
  world.at(30s);
  world.timer();
  CHECK(world.news() == "load_management.raised");
}

TEST_CASE("a device that is taken away clears its alarm") {
  const std::vector<RuleConfig> rules{rule("hot", "charger.temperature > 70 degC", "", 0s, 0s, "charger")};
  World world{compiled(rules)};
  world.read("charger/CP-1", "charger.temperature", 80.0);
  world.read("charger/CP-3", "charger.temperature", 80.0);
  world.news();
  world.replace(compiled(rules, depot(2)));
  CHECK(world.news() == "fault.cleared");
  CHECK(cleared_by(world.events[2], "device_removed"));
  CHECK(world.events[2].subject == "charger/CP-3");
}

TEST_CASE("other numbers, texts and hold times keep the alarm and the hold") {
  World world{compiled({rule("limit", "grid.power > 250 kW", "", 30s)})};
  world.grid(260);
  world.at(20s);
  RuleConfig changed = rule("limit", "grid.power > 0.24 MW", "", 25s);
  changed.title = "Another title";
  changed.severity = model::Severity::critical;
  world.replace(compiled({changed}));
  CHECK(world.news().empty());
  world.at(25s);
  world.timer();
  CHECK(world.news() == "load_management.raised");
  world.replace(compiled({rule("limit", "grid.power > 245 kW", "", 25s)}));
  CHECK(world.news().empty());
  world.replace(compiled({rule("limit", "grid.power > 300 kW", "", 25s)}));
  CHECK(world.news() == "load_management.cleared");
  CHECK(cleared_by(world.events[1], "condition"));
}

TEST_CASE("a hold that was too long already raises at once when `for` is shortened") {
  World world{compiled({rule("limit", "grid.power > 250 kW", "", 60s)})};
  world.grid(260);
  world.at(40s);
  world.replace(compiled({rule("limit", "grid.power > 250 kW", "", 30s)}));
  CHECK(world.news() == "load_management.raised");
}

TEST_CASE("another condition under the same id ends the alarm and begins anew, with the values that are known") {
  World world{compiled({rule("limit", "grid.power > 5 kW")})};
  world.grid(6);
  world.news();
  world.replace(compiled({rule("limit", "grid.power > 5 kW or grid.power is stale")}));
  CHECK(world.news() == "load_management.cleared load_management.raised");
  CHECK(cleared_by(world.events[1], "rule_removed"));
  CHECK(world.events[2].id != world.events[0].id);
}

TEST_CASE("a rule that comes back counts its raises on") {
  const RuleSetPtr with = compiled({rule("limit", "grid.power > 5 kW")});
  const RuleSetPtr without = compiled({rule("other", "grid.power > 900 kW")});
  World world{with};
  world.grid(6);
  world.replace(without);
  world.replace(with);
  world.grid(7);
  CHECK(world.news() == "load_management.raised load_management.cleared load_management.raised");
  CHECK(world.events[0].id != world.events[2].id);
}

TEST_CASE("status words keep their meaning when the set has others") {
  World world{compiled({rule("a", "connector.status == Faulted", "", 0s, 0s, "connector"),
                        rule("b", "connector.status == Reserved", "", 0s, 0s, "connector")})};
  world.read("charger/CP-1/evse/1", "connector.status", std::string{"Reserved"});
  world.read("charger/CP-2/evse/1", "connector.status", std::string{"Finishing"});
  CHECK(world.news() == "fault.raised");
  world.replace(compiled({rule("c", "connector.status == Finishing", "", 0s, 0s, "connector"),
                          rule("b", "connector.status == Reserved", "", 0s, 0s, "connector")}));
  CHECK(world.news() == "fault.raised");
  CHECK(world.events[1].subject == "charger/CP-2/evse/1");
}

TEST_CASE("a signal that is known stays known over a reload, one that is new is awaited") {
  World world{compiled({rule("limit", "grid.power > 900 kW")})};
  world.grid(6);
  world.at(100s);
  world.replace(compiled({rule("limit", "grid.power > 900 kW"), rule("stale", "grid.power is unknown"),
                          rule("silent", "feeder-a.power is unknown")}));
  CHECK(world.news().empty());
  world.at(130s);
  world.timer();
  CHECK(world.news() == "load_management.raised");
  CHECK(world.events[0].data.find("\"rule\":\"silent\"") != std::string::npos);
}

}  // namespace chargehook::rules
