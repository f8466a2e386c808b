#include <doctest/doctest.h>

#include <algorithm>

#include "world.hpp"

namespace chargehook::rules {

namespace {

/// A day in seconds: grid power in kW, one per second; the value before goes on where nothing is said.
struct Moment {
  int second;
  double kilowatts;
};
const std::vector<Moment> script{{0, 200},  {5, 260},  {20, 240}, {22, 260}, {60, 200},
                                 {64, 245}, {70, 200}, {90, 270}, {95, 200}, {100, 270}};
constexpr int script_end = 150;

void second(World& world, int at) {
  world.at(std::chrono::seconds{at});
  world.timer();
  const auto last =
      std::ranges::find_if(script.rbegin(), script.rend(), [&](const Moment& m) { return m.second <= at; });
  world.grid(last->kilowatts);
}

/// Types and times of the events, in seconds since the start.
std::vector<std::pair<std::string, int>> story(const std::vector<model::Event>& events) {
  std::vector<std::pair<std::string, int>> out;
  for (const model::Event& event : events) {
    out.emplace_back(event.type, static_cast<int>(model::unix_seconds(event.time) - 1'790'000'000));
  }
  return out;
}

}  // namespace

TEST_CASE("a crash at any second gives no false alarm, no false end, and no shorter hold") {
  World calm{compiled({import_limit()})};
  for (int i = 0; i < script_end; ++i) second(calm, i);
  const auto expected = story(calm.events);
  REQUIRE(expected == std::vector<std::pair<std::string, int>>{{"load_management.raised", 52},
                                                               {"load_management.cleared", 80},
                                                               {"load_management.raised", 130}});
  for (int crash = 0; crash < script_end; ++crash) {
    CAPTURE(crash);
    World world{compiled({import_limit()})};
    for (int i = 0; i < script_end; ++i) {
      if (i == crash) world.restart();
      second(world, i);
    }
    const auto seen = story(world.events);
    CHECK(seen.size() <= expected.size());  // a hold that began anew may end after the script, or not come to its end
    CHECK(seen.size() >= 1);
    for (std::size_t i = 0; i < seen.size(); ++i) {
      CHECK(seen[i].first == (i % 2 == 0 ? "load_management.raised" : "load_management.cleared"));
      CHECK(seen[i].second >= expected[i].second);
    }
    std::vector<std::string> ids;
    for (const model::Event& event : world.events) ids.push_back(event.id);
    std::ranges::sort(ids);
    CHECK(std::ranges::adjacent_find(ids) == ids.end());
  }
}

TEST_CASE("an alarm that was active is cleared under the incident it was raised with, after any number of restarts") {
  World world{compiled({rule("now", "grid.power > 5 kW")})};
  world.grid(6);
  world.restart();
  world.restart();
  world.at(100s);
  world.grid(4);
  CHECK(world.news() == "load_management.raised load_management.cleared");
  CHECK(world.events[0].data.substr(0, 50) == world.events[1].data.substr(0, 50));
  CHECK(world.events[1].data.find("\"duration_s\":100") != std::string::npos);
}

TEST_CASE("raises are counted over restarts, so no incident's id comes twice") {
  World world{compiled({rule("now", "grid.power > 5 kW")})};
  std::vector<std::string> ids;
  for (int i = 0; i < 5; ++i) {
    world.grid(6);
    world.grid(4);
    world.restart();
  }
  for (const model::Event& event : world.events) ids.push_back(event.id);
  CHECK(ids.size() == 10);
  std::ranges::sort(ids);
  CHECK(std::ranges::adjacent_find(ids) == ids.end());
}

TEST_CASE("a rule that is gone after a restart clears its alarm, and so does a device") {
  World world{
      compiled({rule("now", "grid.power > 5 kW"), rule("hot", "charger.temperature > 5 degC", "", 0s, 0s, "charger")})};
  world.grid(6);
  world.read("charger/CP-3", "charger.temperature", 9.0);
  world.news();
  world.restart(compiled({rule("hot", "charger.temperature > 5 degC", "", 0s, 0s, "charger")}, depot(2)));
  CHECK(world.news() == "fault.cleared load_management.cleared");
  CHECK(world.events[2].data.find("\"cleared_by\":\"device_removed\"") != std::string::npos);
  CHECK(world.events[3].data.find("\"cleared_by\":\"rule_removed\"") != std::string::npos);
  world.restart(compiled({rule("now", "grid.power > 5 kW")}));
  CHECK(world.news().empty());
  world.grid(7);
  CHECK(world.news() == "load_management.raised");
  CHECK(world.events[4].id != world.events[0].id);
}

TEST_CASE("a row that cannot be read is passed over and counted") {
  World world{compiled({rule("now", "grid.power > 5 kW")})};
  world.grid(6);
  const std::string key = "rules/alarm/now/site";
  REQUIRE(world.rows.contains(key));
  const std::string whole = world.rows[key];
  for (std::size_t length = 0; length < whole.size(); ++length) {
    world.rows[key] = whole.substr(0, length);
    world.restart();
    CAPTURE(length);
    const bool told = world.engine.counters().rows_refused == 1 || world.engine.active_alarms().empty();
    CHECK(told);
  }
}

TEST_CASE("a row reads back as it was written, whatever is in its texts") {
  AlarmRow row;
  row.raises = 18446744073709551615U;
  CHECK(parse_alarm_row(to_text(row)) == row);
  row.stateful_hash = "0123456789abcdef";
  row.alarm = Alarm{"inc_1", "r=1", "v", model::Severity::critical, model::WallTime{-5ns}, {}};
  row.alarm->about.title = "a\\nb\nc=d\\";
  row.alarm->about.circuit_json = "{\"name\":\"main\"}";
  CHECK(parse_alarm_row(to_text(row)) == row);
  CHECK_FALSE(parse_alarm_row("v=2\nraises=1\n"));
  CHECK_FALSE(parse_alarm_row("v=1\n"));
  CHECK_FALSE(parse_alarm_row("v=1\nraises=-1\n"));
}

}  // namespace chargehook::rules
