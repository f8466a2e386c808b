#include "core/configuration/config_changes.hpp"

#include <doctest/doctest.h>

#include "core/configuration/config_words.hpp"

namespace chargehook::core {
namespace {

using namespace std::chrono_literals;
using Lines = std::vector<std::string>;

delivery::EndpointConfig endpoint(const std::string& name) {
  delivery::EndpointConfig out;
  out.name = name;
  out.url = {true, "a.example.com", 443, "/in"};
  out.events = delivery::Filter::parse("session.*").value();
  out.secret = "sesame";
  out.secret_name = name + "-hmac";
  return out;
}

ConfigGeneration sound() {
  ConfigGeneration out;
  out.gateway = {"depot-nord-1", "production"};
  out.site = {"depot-nord", "Depot Nord", "Europe/Berlin", "", "", ""};
  out.ingest = {{"local", "/run/a.sock"}};
  out.endpoints = {endpoint("billing"), endpoint("cloud")};
  return out;
}

TEST_CASE("nothing changed says nothing") {
  const ConfigChanges changes = compare(sound(), sound());
  CHECK(changes.taken.empty());
  CHECK(changes.needs_restart.empty());
}

TEST_CASE("endpoints come, go and change by name, whatever their order") {
  ConfigGeneration to = sound();
  to.endpoints = {endpoint("maintenance"), endpoint("billing")};
  to.endpoints[1].events = delivery::Filter::parse("session.*, payment.*").value();
  CHECK(compare(sound(), to).taken == Lines{"endpoint billing: events session.* → payment.*, session.*",
                                            "endpoint cloud removed", "endpoint maintenance added"});
  CHECK(compare(sound(), to).needs_restart.empty());
}

TEST_CASE("all that changed of an endpoint is one line") {
  ConfigGeneration to = sound();
  delivery::EndpointConfig& billing = to.endpoints[0];
  billing.url = {false, "b.example.com", 8080, "/in"};
  billing.connections = 8;
  billing.total_deadline = 2min;
  CHECK(compare(sound(), to).taken ==
        Lines{"endpoint billing: url https://a.example.com/in → http://b.example.com:8080/in; connections 4 → 8; "
              "timeout 15 s → 2 min"});
}

TEST_CASE("a secret is said to have changed, and neither it nor the query of an address is shown") {
  ConfigGeneration to = sound();
  to.endpoints[0].secret = "open";
  to.endpoints[0].url.target = "/in?token=open";
  to.endpoints[1].secret_name = "other";
  CHECK(compare(sound(), to).taken ==
        Lines{"endpoint billing: url https://a.example.com/in → https://a.example.com/in?…; secret changed",
              "endpoint cloud: secret cloud-hmac → other"});
  ConfigGeneration from = to;
  to.endpoints[0].url.target = "/in?token=close";
  CHECK(compare(from, to).taken == Lines{"endpoint billing: url changed behind the ?"});
}

TEST_CASE("a change of the hold of billing is told with both values, apart from what else is kept") {
  ConfigGeneration to = sound();
  to.storage.keep.billing_hold = 30 * 24h;
  CHECK(compare(sound(), to).taken == Lines{"storage.billing.hold 90 d → 30 d"});
  to.storage.keep.keep_delivered = 24h;
  CHECK(compare(sound(), to).taken ==
        Lines{"storage.billing.hold 90 d → 30 d", "storage: how long and how much is kept changed"});
}

TEST_CASE("what a running gateway cannot take into use is told apart") {
  ConfigGeneration to = sound();
  to.gateway.id = "depot-nord-2";
  to.gateway.environment = "test";
  to.storage.size_bytes *= 2;
  to.site.name = "Nord";
  to.site.country = "DE";
  to.ingest = {{"local", "/run/b.sock"}, {"till", "/run/c.sock"}};
  const ConfigChanges changes = compare(sound(), to);
  CHECK(changes.taken ==
        Lines{"gateway.environment production → test", "site.name Depot Nord → Nord", "site.country none → DE"});
  CHECK(changes.needs_restart == Lines{"gateway.id depot-nord-1 → depot-nord-2", "storage.size 1 GiB → 2 GiB",
                                       "ingest local: listen unix:/run/a.sock → unix:/run/b.sock",
                                       "ingest till added"});
}

rules::Amount power(double watts) { return {model::Quantity::power, watts}; }
rules::Amount current(double amperes) { return {model::Quantity::current, amperes}; }

TEST_CASE("a limit that comes, goes or changes is said with its values") {
  ConfigGeneration from = sound();
  from.topology.constants = {{"site.import_limit", power(250e3)}, {"site.export_limit", power(1500)}};
  ConfigGeneration to = sound();
  to.topology.constants = {{"contract.power", power(800)}, {"site.import_limit", power(200e3)}};
  CHECK(compare(from, to).taken ==
        Lines{"site.import_limit 250 kW → 200 kW", "site.export_limit 1.5 kW → none", "contract.power none → 800 W"});
  CHECK(compare(from, from).taken.empty());
}

TEST_CASE("circuits come, go and change by name") {
  ConfigGeneration from = sound();
  from.topology.circuits = {{"main", rules::CircuitKind::grid, "", current(400), "meter/grid"},
                            {"feeder-a", rules::CircuitKind::feeder, "main", std::nullopt, ""}};
  ConfigGeneration to = sound();
  to.topology.circuits = {{"main", rules::CircuitKind::transformer, "", power(630e3), ""},
                          {"feeder-b", rules::CircuitKind::feeder, "main", std::nullopt, ""}};
  CHECK(compare(from, to).taken ==
        Lines{"circuit main: kind grid → transformer; rating 400 A → 630 kW; meter meter/grid → none",
              "circuit feeder-a removed", "circuit feeder-b added"});
}

TEST_CASE("the proxy's policy is said, the key of pseudonyms and the query of an address are not") {
  ConfigGeneration from = sound();
  from.ocpp.listeners = {{"yard", "192.168.20.1", 9000, ocpp::Security::none}};
  from.ocpp.upstreams = {{"csms", "wss://csms.example.com/ocpp?token=sesame"}};
  from.ocpp.persons_key = "sesame, open quickly";
  ConfigGeneration to = from;
  to.ocpp.unknown_chargers = ocpp::UnknownChargers::relay;
  to.ocpp.persons_key = "open, sesame, at once";
  to.ocpp.upstreams[0].url = "wss://csms.example.com/ocpp?token=open";
  const auto changes = compare(from, to);
  CHECK(changes.taken == Lines{"upstream csms: url changed behind the ?", "ocpp.unknown_chargers refuse → relay",
                               "ocpp.persons_secret changed: cards have other pseudonyms from now on"});
  CHECK(changes.needs_restart.empty());
  CHECK(compare(sound(), to).taken == Lines{"upstream csms added"});
  CHECK(compare(sound(), to).needs_restart == Lines{"listener yard added"});
}

TEST_CASE("a proxy that is removed keeps its upstreams and chargers until the restart") {
  ConfigGeneration from = sound();
  from.ocpp.listeners = {{"yard", "192.168.20.1", 9000, ocpp::Security::none}};
  from.ocpp.upstreams = {{"csms", "wss://csms.example.com/ocpp"}};
  CHECK(compare(from, sound()).taken.empty());
  CHECK(compare(from, sound()).needs_restart == Lines{"listener yard removed"});
  CHECK(without_restart(from, sound()).ocpp.upstreams.size() == 1);
}

TEST_CASE("another upstream for chargers that name none is said") {
  ConfigGeneration from = sound();
  from.ocpp.listeners = {{"yard", "192.168.20.1", 9000, ocpp::Security::none}};
  from.ocpp.upstreams = {{"one", "wss://one.example.com/ocpp"}, {"two", "wss://two.example.com/ocpp"}};
  ConfigGeneration to = from;
  std::swap(to.ocpp.upstreams[0], to.ocpp.upstreams[1]);
  CHECK(compare(from, to).taken == Lines{"upstream of chargers that name none one → two"});
}

TEST_CASE("what changed of a charger is said") {
  ConfigGeneration from = sound();
  from.site.chargers = {{"CP-1", "Bay 1", "feeder-a", 22e3, {model::Evse{}}}};
  ConfigGeneration to = from;
  to.site.chargers[0] = {"CP-1", "Bay one", "", 11e3, {model::Evse{}, model::Evse{2, "", "", std::nullopt}}};
  CHECK(compare(from, to).taken == Lines{"charger CP-1: name Bay 1 → Bay one; fed_by feeder-a → none; "
                                         "max_power 22 kW → 11 kW; evses changed"});
}

TEST_CASE("amounts are said as people write them") {
  CHECK(amount_text(power(999)) == "999 W");
  CHECK(amount_text(power(1000)) == "1 kW");
  CHECK(amount_text(power(1234567)) == "1234.567 kW");
  CHECK(amount_text(current(0.5)) == "0.5 A");
}

TEST_CASE("sizes and times are said in the largest unit without a fraction") {
  CHECK(size_text(0) == "0 byte");
  CHECK(size_text(1000) == "1000 byte");
  CHECK(size_text(1536ULL << 20U) == "1536 MiB");
  CHECK(size_text(64ULL << 30U) == "64 GiB");
  CHECK(duration_text(0ms) == "0 ms");
  CHECK(duration_text(1500ms) == "1500 ms");
  CHECK(duration_text(90s) == "90 s");
  CHECK(duration_text(5min) == "5 min");
  CHECK(long_duration_text(90 * 24h) == "90 d");
  CHECK(long_duration_text(36h) == "36 h");
  CHECK(long_duration_text(90min) == "90 min");
}

}  // namespace
}  // namespace chargehook::core
