#include <doctest/doctest.h>

#include "world.hpp"

namespace chargehook::rules {

TEST_CASE("an alarm is raised when the condition has held, not before") {
  World world{compiled({import_limit()})};
  world.grid(260);
  world.at(29s);
  world.grid(261);
  CHECK(world.news().empty());
  CHECK(world.engine.next_deadline() == model::BootTime{1030s});
  world.at(30s);
  world.timer();
  CHECK(world.news() == "load_management.raised");
  world.at(60s);
  world.grid(270);
  world.timer();
  CHECK(world.news().empty());
}

TEST_CASE("without `for` the first reading raises") {
  World world{compiled({rule("now", "grid.power > 5 kW")})};
  world.grid(6);
  CHECK(world.news() == "load_management.raised");
  world.grid(4);
  CHECK(world.news() == "load_management.cleared");
}

TEST_CASE("a blip does not raise, and what held before it does not count") {
  World world{compiled({import_limit()})};
  world.grid(260);
  world.at(20s);
  world.grid(240);
  world.at(21s);
  world.grid(260);
  world.at(45s);
  world.timer();
  CHECK(world.news().empty());
  world.at(51s);
  world.timer();
  CHECK(world.news() == "load_management.raised");
}

TEST_CASE("between the two limits nothing changes, in either state") {
  World world{compiled({import_limit()})};
  world.grid(245);
  world.at(100s);
  world.timer();
  CHECK(world.news().empty());
  world.grid(260);
  world.at(130s);
  world.timer();
  CHECK(world.news() == "load_management.raised");
  world.grid(245);
  world.at(300s);
  world.timer();
  CHECK(world.news().empty());
  world.grid(230);
  world.at(309s);
  world.timer();
  CHECK(world.news().empty());
  world.at(310s);
  world.timer();
  CHECK(world.news() == "load_management.cleared");
}

TEST_CASE("a dip shorter than clear_for does not clear") {
  World world{compiled({import_limit()})};
  world.grid(260);
  world.at(30s);
  world.timer();
  world.grid(200);
  world.at(35s);
  world.grid(245);
  world.at(100s);
  world.timer();
  CHECK(world.news() == "load_management.raised");
}

TEST_CASE("a reading that comes after a late timer does not undo what was due before it") {
  World world{compiled({import_limit()})};
  world.grid(260);
  world.at(31s);
  world.grid(100);  // no timer came at 30 s
  CHECK(world.news() == "load_management.raised");
  CHECK(world.events[0].time == model::WallTime{1'790'000'030s});
}

TEST_CASE("while nothing is known an alarm neither begins nor ends") {
  World world{compiled({import_limit()})};
  world.grid(260);
  world.at(25s);
  world.grid_unknown();
  world.at(300s);
  world.timer();
  CHECK(world.news().empty());
  world.grid(260);
  world.at(329s);
  world.timer();
  CHECK(world.news().empty());
  world.at(330s);
  world.timer();
  CHECK(world.news() == "load_management.raised");
  world.grid_unknown();
  world.at(1000s);
  world.timer();
  CHECK(world.news().empty());
}

TEST_CASE("a gap of up to two intervals of the meter does not reset the hold") {
  World world{compiled({import_limit()})};
  world.grid(260);
  world.at(28s);
  world.grid_unknown();
  world.at(30s);
  world.timer();
  CHECK(world.news().empty());  // nothing is known at this moment
  world.grid(260);
  CHECK(world.news() == "load_management.raised");
}

TEST_CASE("a gap longer than that starts the hold again") {
  World world{compiled({import_limit()})};
  world.grid(260);
  world.at(28s);
  world.grid_unknown();
  world.at(30s + 1ms);
  world.grid(260);
  CHECK(world.news().empty());
  world.at(60s);
  world.timer();
  CHECK(world.news().empty());
  world.at(60s + 1ms);
  world.timer();
  CHECK(world.news() == "load_management.raised");
}

TEST_CASE("stale, frozen and invalid values are unknown; estimated and simulated ones count") {
  using model::Quality;
  for (const Quality quality : {Quality::stale, Quality::frozen, Quality::invalid}) {
    World world{compiled({rule("now", "grid.power > 5 kW")})};
    world.read("meter/grid", "meter.power", 6000.0, quality);
    CHECK(world.news().empty());
  }
  for (const Quality quality : {Quality::good, Quality::estimated, Quality::simulated}) {
    World world{compiled({rule("now", "grid.power > 5 kW")})};
    world.read("meter/grid", "meter.power", 6000.0, quality);
    CHECK(world.news() == "load_management.raised");
  }
}

TEST_CASE("missing: raise takes what cannot be known for the worst, once the start is over") {
  RuleConfig config = rule("worst", "grid.power > 5 kW", "", 5s);
  config.missing = Missing::raise;
  World world{compiled({config})};
  world.at(29s);
  world.timer();
  CHECK(world.news().empty());
  CHECK(world.engine.next_deadline() == model::BootTime{1030s});
  world.at(30s);
  world.timer();
  world.at(35s);
  world.timer();
  CHECK(world.news() == "load_management.raised");
  world.grid(4);
  CHECK(world.news() == "load_management.cleared");
  world.grid_unknown();
  world.at(40s);
  world.timer();
  CHECK(world.news() == "load_management.raised");
}

TEST_CASE("missing: clear ends an alarm whose signal is gone, but not because of a restart") {
  RuleConfig config = rule("gone", "grid.power > 5 kW");
  config.missing = Missing::clear;
  World world{compiled({config})};
  world.grid(6);
  CHECK(world.news() == "load_management.raised");
  world.restart();
  world.at(29s);
  world.timer();
  CHECK(world.news().empty());
  world.grid(6);
  world.at(40s);
  world.timer();
  CHECK(world.news().empty());
  world.grid_unknown();
  CHECK(world.news() == "load_management.cleared");
}

TEST_CASE("a meter that never answers is found by `is unknown`") {
  World world{compiled({rule("silent", "meter.power is unknown", "", 60s, 0s, "meter")})};
  world.at(30s);
  world.timer();
  world.grid(5);
  world.at(90s);
  world.timer();
  CHECK(world.news() == "load_management.raised");
  CHECK(world.events[0].subject == "meter/feeder-a");
}

TEST_CASE("each phase, charger and connector has an alarm of its own") {
  World world{compiled({rule("phase-hot", "phase.current > 90 % of feeder-a.rating", "", 0s, 0s, "phase of feeder-a"),
                        rule("faulted", "connector.status == Faulted", "", 0s, 0s, "connector")})};
  world.read("meter/feeder-a", "meter.current_l2", 150.0);
  world.read("charger/CP-2/evse/1", "connector.status", std::string{"Faulted"});
  world.read("charger/CP-3/evse/1", "connector.status", std::string{"Available"});
  CHECK(world.news() == "load_management.raised fault.raised");
  CHECK(world.events[0].subject == "circuit/feeder-a");
  CHECK(world.events[1].subject == "charger/CP-2/evse/1");
  world.read("charger/CP-2/evse/1", "connector.status", std::string{"Preparing"});
  CHECK(world.news() == "fault.cleared");
}

TEST_CASE("a condition to clear that is true from the beginning ends the alarm without a further reading") {
  World world{compiled({rule("overlap", "grid.power > 5 kW", "grid.power < 9 kW", 0s, 10s)})};
  world.grid(7);
  CHECK(world.news() == "load_management.raised");
  world.at(10s);
  world.timer();
  CHECK(world.news() == "load_management.cleared");
}

TEST_CASE("every incident has an id of its own, the same from raised to cleared") {
  World world{compiled({rule("now", "grid.power > 5 kW")})};
  for (const double power : {6.0, 4.0, 6.0, 4.0}) world.grid(power);
  REQUIRE(world.events.size() == 4);
  const auto incident = [&](std::size_t i) { return world.events[i].data.substr(0, 50); };
  CHECK(incident(0) == incident(1));
  CHECK(incident(2) == incident(3));
  CHECK(incident(0) != incident(2));
  CHECK(world.events[0].id != world.events[1].id);
}

TEST_CASE("a reading touches the instances that read it, and no other") {
  std::vector<RuleConfig> rules{import_limit(), rule("hot", "charger.temperature > 70 degC", "", 0s, 0s, "charger"),
                                rule("both", "grid.power > 5 kW and feeder-a.power > 5 kW")};
  World world{compiled(rules)};
  const auto evaluations = [&](auto act) {
    const auto before = world.engine.counters().evaluations;
    act();
    return world.engine.counters().evaluations - before;
  };
  CHECK(evaluations([&] { world.read("charger/CP-1", "charger.temperature", 20.0); }) == 1);
  CHECK(evaluations([&] { world.read("charger/CP-1", "charger.temperature", 20.0); }) == 0);
  CHECK(evaluations([&] { world.grid(1); }) == 2);
  CHECK(evaluations([&] { world.read("meter/feeder-a", "meter.power", 1000.0); }) == 1);
  CHECK(evaluations([&] { world.read("meter/feeder-a", "meter.voltage_l1", 230.0); }) == 0);
  CHECK(evaluations([&] { world.read("meter/unheard-of", "meter.power", 1000.0); }) == 0);
  CHECK(world.engine.counters().unread == 2);
  CHECK(world.engine.counters().unchanged == 1);
}

TEST_CASE("energy is compared in what people write, although mWh are kept") {
  World world{compiled({rule("much", "grid.energy_import > 5 kWh")})};
  world.read("meter/grid", "meter.energy_import", model::MilliwattHours{5'000'000});
  CHECK(world.news().empty());
  world.read("meter/grid", "meter.energy_import", model::MilliwattHours{5'000'001});
  CHECK(world.news() == "load_management.raised");
}

TEST_CASE("a value of the wrong kind is no value") {
  World world{compiled({rule("now", "grid.power > 5 kW"), rule("faulted", "CP-1.status == Faulted", "")}, [] {
    Topology topology = depot();
    topology.devices[2].name = "other";  // CP-1 is the connector's name alone
    topology.devices[3].name = "CP-1";
    return topology;
  }())};
  world.read("meter/grid", "meter.power", std::string{"9000"});
  world.read("charger/CP-1/evse/1", "connector.status", 0.0);
  CHECK(world.news().empty());
}

}  // namespace chargehook::rules
