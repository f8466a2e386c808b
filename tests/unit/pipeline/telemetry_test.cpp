#include "pipeline/telemetry.hpp"

#include <doctest/doctest.h>

#include <set>

#include "readings.hpp"

namespace chargehook::pipeline {
namespace {

TelemetrySubscription subscription(std::chrono::seconds every = 60s, std::chrono::seconds batch = 60s,
                                   std::string endpoint = "energy") {
  TelemetrySubscription out;
  out.endpoint = std::move(endpoint);
  out.signals = {*model::find_signal("meter.power")};
  out.as = {Aggregate::mean};
  out.every = every;
  out.batch = batch;
  return out;
}

Telemetry telemetry_with(const std::vector<TelemetrySubscription>& subscriptions) {
  model::Site site;
  site.id = "depot-nord";
  Telemetry telemetry{site, "store-1/1"};
  telemetry.configure(at(0s), subscriptions);
  return telemetry;
}

std::vector<model::Event> tick(Telemetry& telemetry, model::Nanoseconds time) {
  std::vector<model::Event> out;
  telemetry.tick(at(time), out);
  return out;
}

bool says(const model::Event& event, std::string_view text) { return event.data.find(text) != std::string::npos; }

TEST_CASE("a batch is an event for its endpoint, of class telemetry, and says what time it is of") {
  Telemetry telemetry = telemetry_with({subscription()});
  telemetry.take(grid_power(100));
  telemetry.take(grid_power(200));
  CHECK(telemetry.next_deadline() == at(60s).boot);
  CHECK(tick(telemetry, 59999ms).empty());
  const auto events = tick(telemetry, 60s);
  REQUIRE(events.size() == 1);
  CHECK(events[0].type == "telemetry.readings");
  CHECK(events[0].subject == "telemetry/energy");
  CHECK(events[0].partition_key == "telemetry/energy");
  CHECK(events[0].event_class == model::EventClass::telemetry);
  CHECK(events[0].time == at(60s).wall);
  CHECK(events[0].data == R"({"site_id":"depot-nord","from":")" + model::to_rfc3339(at(0s).wall) + R"(","to":")" +
                              model::to_rfc3339(at(60s).wall) +
                              R"(","every_s":60,"series":[{"device":"meter/grid","signal":"meter.power","unit":"W",)"
                              R"("as":"mean","offset_s":[0],"values":[150],"quality":["good"]}]})");
}

TEST_CASE("a batch holds as many intervals as it has time for") {
  Telemetry telemetry = telemetry_with({subscription(10s, 30s)});
  for (int second = 1; second <= 30; ++second) {
    telemetry.take(grid_power(second));
    const auto events = tick(telemetry, std::chrono::seconds{second});
    CHECK(events.size() == (second == 30 ? 1 : 0));
    if (events.empty()) continue;
    CHECK(says(events[0], R"("offset_s":[0,10,20])"));
    CHECK(says(events[0], R"("values":[5.5,15.5,25.5])"));
  }
}

TEST_CASE("signals that nobody asked for are left out, and a time without readings makes no event") {
  Telemetry telemetry = telemetry_with({subscription()});
  telemetry.take(reading("meter/grid", "meter.voltage_l1", 230.0));
  CHECK(tick(telemetry, 60s).empty());
  telemetry.take(grid_power(1));
  CHECK(tick(telemetry, 120s).size() == 1);
  CHECK(tick(telemetry, 180s).empty());
}

TEST_CASE("each subscription has its own intervals and its own endpoint") {
  Telemetry telemetry = telemetry_with({subscription(), subscription(1s, 10s, "fleet")});
  telemetry.take(grid_power(1));
  const auto first = tick(telemetry, 10s);
  REQUIRE(first.size() == 1);
  CHECK(first[0].subject == "telemetry/fleet");
  telemetry.take(grid_power(3));
  std::multiset<std::string> subjects;
  std::set<std::string> ids;
  for (const auto& event : tick(telemetry, 60s)) {
    subjects.insert(event.subject);
    ids.insert(event.id);
  }
  CHECK(subjects == std::multiset<std::string>{"telemetry/energy", "telemetry/fleet"});
  CHECK(ids.size() == 2);
}

TEST_CASE("a subscription that stays keeps what it has gathered when others change") {
  Telemetry telemetry = telemetry_with({subscription()});
  telemetry.take(grid_power(100));
  telemetry.configure(at(30s), {subscription(1s, 60s, "fleet"), subscription()});
  telemetry.take(grid_power(200));
  bool found = false;
  for (const auto& event : tick(telemetry, 60s)) {
    found = found || (event.subject == "telemetry/energy" && says(event, R"("values":[150])"));
  }
  CHECK(found);
  telemetry.configure(at(61s), {});
  CHECK_FALSE(telemetry.next_deadline().has_value());
}

TEST_CASE("what is too large for one event is sent as several, each below the limit, no series twice") {
  Telemetry telemetry = telemetry_with({subscription(1s, 60s)});
  for (int second = 0; second < 60; ++second) {
    for (int meter = 0; meter < 200; ++meter) {
      telemetry.take(reading("meter/m-" + std::to_string(meter), "meter.power", meter + 0.123456789));
    }
    if (second < 59) tick(telemetry, std::chrono::seconds{second + 1});
  }
  const auto events = tick(telemetry, 60s);
  CHECK(events.size() > 1);
  std::size_t series = 0;
  for (const auto& event : events) {
    CHECK(event.data.size() < 60 * 1024);
    for (auto from = event.data.find(R"("device")"); from != std::string::npos; ++series) {
      from = event.data.find(R"("device")", from + 1);
    }
  }
  CHECK(series == 200);
}

TEST_CASE("a subscription has room for so many series; readings beyond are counted") {
  Telemetry telemetry = telemetry_with({subscription()});
  for (std::size_t meter = 0; meter < series_max + 5; ++meter) {
    telemetry.take(reading("meter/m-" + std::to_string(meter), "meter.power", 1.0));
  }
  CHECK(telemetry.left_out() == 5);
}

TEST_CASE("a clock that stood still gives every interval it missed, in one tick") {
  Telemetry telemetry = telemetry_with({subscription(10s, 60s)});
  telemetry.take(grid_power(1));
  const auto events = tick(telemetry, 10min);
  REQUIRE(events.size() == 1);
  CHECK(says(events[0], R"("values":[1,null,null,null,null,null])"));
  CHECK(telemetry.next_deadline() == at(610s).boot);
}

}  // namespace
}  // namespace chargehook::pipeline
