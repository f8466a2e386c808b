#include <doctest/doctest.h>

#include "world.hpp"

namespace chargehook::rules {

TEST_CASE("load_management.raised says which circuit, which value and which limit") {
  RuleConfig config = import_limit();
  config.advice = "Lower charger limits at <site>";
  config.severity = model::Severity::high;
  World world{compiled({config})};
  world.grid(262);
  world.at(30s);
  world.timer();
  REQUIRE(world.events.size() == 1);
  const model::Event& event = world.events[0];
  CHECK(event.type == "load_management.raised");
  CHECK(event.subject == "circuit/main");
  CHECK(event.partition_key == "circuit/main");
  CHECK(event.event_class == model::EventClass::safety);
  CHECK(event.severity == model::Severity::high);
  CHECK(event.time_quality == model::TimeQuality::synced);
  CHECK(event.id.starts_with("evt_"));
  const std::string version = world.engine.rules().rules()[0].version;
  const std::string incident = event.data.substr(13, 30);
  CHECK(
      event.data ==
      R"({"incident":")" + incident +
          R"(","dedup_key":"depot-nord/main/import-limit","rule":"import-limit",)"
          R"("rule_version":")" +
          version +
          R"(","title":"Title of import-limit","severity":"high",)"
          R"("raised":"2026-09-21T14:13:50.000Z","circuit":{"name":"main","kind":"grid","rating_a":400},"phase":null,)"
          R"("signal":"grid.power","value_w":262000,"limit_w":250000,"headroom_w":-12000,"allowed_w":null,"block":null,)"
          R"("top":[],"held_s":30,"quality":"good","values":[{"device":"meter/grid","signal":"grid.power",)"
          R"("value":262000,"unit":"W","quality":"good","age_s":30}],"cause":null,)"
          R"("advice":"Lower charger limits at Depot Nord","text":null,"shelved":null,"site":)" +
          model::site_json(site) + "}");
}

TEST_CASE("a phase alarm names its phase, in amperes") {
  World world{compiled({rule("hot", "phase.current > 90 % of feeder-a.rating", "", 0s, 0s, "phase of feeder-a")})};
  world.read("meter/feeder-a", "meter.current_l3", 150.5, model::Quality::estimated);
  REQUIRE(world.events.size() == 1);
  const std::string& data = world.events[0].data;
  CHECK(data.find(R"("dedup_key":"depot-nord/feeder-a/L3/hot")") != std::string::npos);
  CHECK(data.find(R"("phase":"L3","signal":"phase.current","value_a":150.5,"limit_a":144,"allowed_w":null)") !=
        std::string::npos);
  CHECK(data.find(R"("quality":"estimated")") != std::string::npos);
}

TEST_CASE("fault.raised and fault.cleared carry the charger and the connector") {
  RuleConfig config = rule("ground", "connector.error == GroundFailure", "", 0s, 0s, "connector");
  config.title = "Ground fault on <charger>";
  World world{compiled({config})};
  world.read("charger/CP-2/evse/1", "connector.error", std::string{"GroundFailure"});
  world.at(912s);
  world.read("charger/CP-2/evse/1", "connector.error", std::string{"NoError"});
  REQUIRE(world.events.size() == 2);
  const std::string& raised = world.events[0].data;
  CHECK(raised.find(R"("dedup_key":"depot-nord/CP-2/1/ground","condition":"ground")") != std::string::npos);
  CHECK(raised.find(R"("title":"Ground fault on Bay 2")") != std::string::npos);
  CHECK(raised.find(R"("values":[{"device":"charger/CP-2/evse/1","signal":"connector.error","value":"GroundFailure",)"
                    R"("unit":null,"quality":"good","age_s":0}])") != std::string::npos);
  const std::string objects =
      R"("charger":{"id":"CP-2","name":"Bay 2","vendor":null,"model":null,"serial":null,"firmware":null},)"
      R"("connector":{"evse":1,"connector":null,"evse_id":null,"plug":null,"max_power_w":null,"circuit":"feeder-a"}})";
  CHECK(raised.ends_with(objects));
  const std::string& cleared = world.events[1].data;
  CHECK(cleared.find(R"("duration_s":912,"cleared_by":"condition","acknowledged_by":null)") != std::string::npos);
  CHECK(cleared.ends_with(objects));
  CHECK(world.events[1].type == "fault.cleared");
  CHECK(world.events[1].subject == "charger/CP-2/evse/1");
}

TEST_CASE("a rule says itself which events it makes, else its signals do") {
  RuleConfig as_fault = rule("as-fault", "grid.power > 5 kW");
  as_fault.kind = AlarmKind::fault;
  RuleConfig as_load = rule("as-load", "CP-1.power > 5 kW");
  as_load.kind = AlarmKind::load_management;
  const RuleSetPtr set =
      compiled({as_fault, as_load, rule("mixed", "CP-1.power > 50 % of grid.power"), rule("oil", "grid.power > 5 kW")});
  CHECK(set->texts(0).about.kind == AlarmKind::fault);
  CHECK(set->texts(1).about.kind == AlarmKind::load_management);
  CHECK(set->texts(2).about.kind == AlarmKind::fault);
  CHECK(set->texts(2).about.subject == "site/depot-nord");
  CHECK(set->texts(3).about.kind == AlarmKind::load_management);
}

TEST_CASE("energy and ratios are shown as people write them") {
  World world{compiled({rule("e", "grid.energy_import > 5 kWh"), rule("r", "grid.power_factor < 0.9")})};
  world.read("meter/grid", "meter.energy_import", model::MilliwattHours{5'500'000});
  world.read("meter/grid", "meter.power_factor", 0.5);
  REQUIRE(world.events.size() == 2);
  CHECK(world.events[0].data.find(R"("value_wh":5500,"limit_wh":5000)") != std::string::npos);
  CHECK(world.events[1].data.find(R"("value_percent":50,"limit_percent":90)") != std::string::npos);
}

}  // namespace chargehook::rules
