#include <doctest/doctest.h>

#include "charging.hpp"

namespace chargehook::ocpp::test {

TEST_CASE("a session that nobody stopped ends by inference, once") {
  struct Case {
    std::string message, warning;
  };
  const std::vector<Case> cases{
      {status(1, "Available"), "inferred_from_connector_available"},
      {R"([2,"b","BootNotification",{"chargePointVendor":"V","chargePointModel":"M"}])", "inferred_from_boot"}};
  for (const Case& c : cases) {
    CAPTURE(c.warning);
    Charging bench;
    bench.start({}, 5);
    const auto started = bench.sessions_told();
    bench.pass(milliseconds{600'000});
    bench.charger(bench.link, c.message);
    bench.charger(bench.link, c.message);
    const auto told = bench.sessions_told();
    REQUIRE(types(told) == Lines{"session.ended"});
    CHECK(told[0].basis == model::Basis::inferred);
    CHECK(data(told[0])["session"] == data(started[0])["session"]);
    CHECK(data(told[0])["final"] == false);
    CHECK(data(told[0])["energy_wh"] == nullptr);
    CHECK(data(told[0])["warnings"] == Json{c.warning});
    CHECK(data(told[0])["duration_s"] == 600);
  }
}

TEST_CASE("the next start on the connector ends the session before it; on another connector it does not") {
  Charging bench;
  bench.start({}, 5);
  bench.pass(milliseconds{600'000});
  bench.start({.id = "b", .connector = 2, .time = "2026-11-24T06:10:00Z"}, 6);
  CHECK(types(bench.sessions_told()) == Lines{"session.started", "session.started"});
  bench.start({.id = "c", .time = "2026-11-24T06:10:00Z"}, 7);
  const auto told = bench.sessions_told();
  REQUIRE(types(told) == Lines{"session.ended", "session.started"});
  CHECK(data(told[0])["warnings"] == Json{"inferred_from_next_start"});
  CHECK(data(told[0])["ended"] == "2026-11-24T06:10:00.000Z");
  CHECK(data(told[0])["session"] != data(told[1])["session"]);
}

TEST_CASE("a stop that comes after an inferred end corrects it") {
  Charging bench;
  bench.start({}, 5);
  bench.charger(bench.link, status(1, "Available"));
  bench.charger(bench.link, stop(5));
  bench.charger(bench.link, stop(5, 600, "2026-11-24T06:30:00Z", "retry"));
  const auto told = bench.sessions_told();
  REQUIRE(types(told) == Lines{"session.started", "session.ended", "session.ended", "session.ended"});
  CHECK(data(told[2])["revision"] == 2);
  CHECK(data(told[2])["revises"] == told[1].id);
  CHECK(data(told[2])["final"] == true);
  CHECK(data(told[2])["energy_wh"] == 500);
  CHECK(told[3] == told[2]);
}

TEST_CASE("a number given again by the CSMS is another session") {
  Charging bench;
  bench.start({}, 5);
  bench.charger(bench.link, stop(5));
  bench.charger(bench.link, stop(5, 900, "2026-11-24T08:30:00Z", "s3"));  // its start went past us
  const auto told = bench.sessions_told();
  REQUIRE(types(told) == Lines{"session.started", "session.ended", "session.ended"});
  CHECK(data(told[2])["session"] != data(told[0])["session"]);
  CHECK(data(told[2])["warnings"] == Json{"start_unknown"});
}

}  // namespace chargehook::ocpp::test
