#include "pipeline/freshness.hpp"

#include <doctest/doctest.h>

#include "readings.hpp"

namespace chargehook::pipeline {
namespace {

std::vector<model::Reading> stale_at(Freshness& freshness, model::Nanoseconds time) {
  std::vector<model::Reading> stale;
  freshness.tick(at(time), stale);
  return stale;
}

TEST_CASE("a value that is not renewed becomes stale once, with the value it had") {
  Freshness freshness;
  freshness.take(at(0s), grid_power(80e3, 5s));
  CHECK(freshness.next_deadline() == at(5s).boot);
  CHECK(stale_at(freshness, 4999ms).empty());
  const auto stale = stale_at(freshness, 5s);
  REQUIRE(stale.size() == 1);
  CHECK(stale[0].quality == model::Quality::stale);
  CHECK(std::get<double>(stale[0].value) == 80e3);
  CHECK(stale[0].received == at(5s).wall);
  CHECK(stale_at(freshness, 1h).empty());
  CHECK_FALSE(freshness.next_deadline().has_value());
}

TEST_CASE("a value that is renewed in time stays fresh, and becomes stale after its last reading") {
  Freshness freshness;
  for (int second = 0; second < 60; ++second) {
    freshness.take(at(std::chrono::seconds{second}), grid_power(second, 5s));
    CHECK(stale_at(freshness, std::chrono::seconds{second}).empty());
    CHECK(freshness.next_deadline() <= at(std::chrono::seconds{second + 5}).boot);  // early is allowed, late is not
  }
  CHECK(stale_at(freshness, 63999ms).empty());
  const auto stale = stale_at(freshness, 64s);
  REQUIRE(stale.size() == 1);
  CHECK(std::get<double>(stale[0].value) == 59);
}

TEST_CASE("a value that comes back can become stale again") {
  Freshness freshness;
  freshness.take(at(0s), grid_power(1, 5s));
  CHECK(stale_at(freshness, 10s).size() == 1);
  freshness.take(at(20s), grid_power(2, 5s));
  CHECK(stale_at(freshness, 24s).empty());
  CHECK(stale_at(freshness, 25s).size() == 1);
}

TEST_CASE("a reading that names no time, or is stale itself, is not waited for") {
  Freshness freshness;
  freshness.take(at(0s), grid_power(1));
  auto old = grid_power(1, 5s);
  old.quality = model::Quality::stale;
  freshness.take(at(0s), old);
  CHECK_FALSE(freshness.next_deadline().has_value());
  CHECK(stale_at(freshness, 1h).empty());
}

TEST_CASE("each signal of each device has its own time") {
  Freshness freshness;
  auto other = reading("meter/feeder-a", "meter.power", 1.0);
  other.good_for = 3s;
  auto voltage = reading("meter/grid", "meter.voltage_l1", 230.0);
  voltage.good_for = 4s;
  freshness.take(at(0s), grid_power(1, 5s));
  freshness.take(at(0s), other);
  freshness.take(at(0s), voltage);
  CHECK(freshness.next_deadline() == at(3s).boot);
  freshness.take(at(2s), grid_power(2, 5s));
  const auto stale = stale_at(freshness, 5s);
  REQUIRE(stale.size() == 2);
  CHECK(stale[0].device == "meter/feeder-a");
  CHECK(stale[1].signal == voltage.signal);
  CHECK(stale_at(freshness, 7s).size() == 1);
}

TEST_CASE("a device that shortens its time is held to the new one") {
  Freshness freshness;
  freshness.take(at(0s), grid_power(1, 60s));
  freshness.take(at(1s), grid_power(2, 5s));
  CHECK(freshness.next_deadline() <= at(6s).boot);
  CHECK(stale_at(freshness, 6s).size() == 1);
  CHECK(stale_at(freshness, 2min).empty());
}

}  // namespace
}  // namespace chargehook::pipeline
