// A charger's answer that waits for its commit while the gateway stops.
#include <doctest/doctest.h>

#include "grid_meter.hpp"
#include "world.hpp"

namespace chargehook::core {
namespace {

constexpr ocpp::LinkId link{1};

ConfigPtr depot_with_alarm_and_chargers() {
  std::vector<rules::RuleConfig> rules{import_limit()};
  rules.front().raise_after = 1s;
  auto config = std::make_shared<ConfigGeneration>(*depot({endpoint("billing", "session.*")}));
  auto compiled = rules::compile_rules(config->site, fakes::grid_topology(), rules);
  REQUIRE_FALSE(compiled.has_errors());
  config->rules = compiled.set;
  config->ocpp.listeners = {{"yard", "127.0.0.1", 0, ocpp::Security::none}};
  config->ocpp.upstreams = {{"csms", "ws://127.0.0.1:9001/ocpp"}};
  config->ocpp.unknown_chargers = ocpp::UnknownChargers::relay;
  config->ocpp.persons_key = std::string(16, 'p');
  return config;
}

void say(World& world, ocpp::Side from, const std::string& frame, bool is_passed_on) {
  world.step(OcppSeen{ocpp::MessageArrived{link, from, {frame, true}, is_passed_on}});
}

/// A transaction whose answer waits for the disk.
void start_transaction(World& world) {
  world.step(OcppSeen{ocpp::ChargerArrived{link, "yard", "/CP-1", "ocpp1.6", "", "Test", "192.0.2.7"}});
  world.step(OcppSeen{ocpp::UpstreamAccepted{link, "ocpp1.6"}});
  say(world, ocpp::Side::charger,
      R"([2,"1","StartTransaction",{"connectorId":1,"idTag":"CARD1","meterStart":0,)"
      R"("timestamp":"2026-11-24T01:00:00Z"}])",
      true);
  say(world, ocpp::Side::upstream, R"([3,"1",{"idTagInfo":{"status":"Accepted"},"transactionId":1001}])", false);
}

bool is_answered(const World& world) {
  return std::ranges::any_of(world.ocpp_, [](const ocpp::Command& command) {
    const auto* send = std::get_if<ocpp::Send>(&command);
    return send != nullptr && send->to == ocpp::Side::charger && send->message.bytes.find("1001") != std::string::npos;
  });
}

}  // namespace

TEST_CASE("an alarm that comes while the gateway stops lets no answer go before its last commit") {
  World world{depot_with_alarm_and_chargers()};
  world.run();
  read_grid(world, 260e3);
  start_transaction(world);
  CHECK_FALSE(is_answered(world));
  world.step(Stop{});
  world.pass(1s);  // the alarm is due, and the journal takes nothing new
  world.pass(500ms);
  CHECK_FALSE(is_answered(world));
  while (world.disk()) {
  }
  CHECK(is_answered(world));
  CHECK(std::ranges::any_of(world.store_.records(), [](const auto& r) { return r->event.type == "session.started"; }));
}

}  // namespace chargehook::core
