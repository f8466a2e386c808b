#include "core/flash_wear.hpp"

#include <doctest/doctest.h>

namespace chargehook::core {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t eight_gb = 8'000'000'000;

model::Now at(model::Nanoseconds boot) { return {{}, model::BootTime{boot}, model::TimeQuality::synced}; }

FlashSight written(std::uint64_t bytes) { return {bytes, eight_gb, true}; }

TEST_CASE("a rate over a few minutes is none; then bytes are told per hour and per event") {
  FlashWear wear;
  CHECK_FALSE(wear.status().bytes_per_hour);
  wear.take(at(1h), written(1'000'000), 50);
  wear.take(at(1h + 4min), written(9'000'000), 90);
  CHECK(wear.status() == FlashStatus{true, {}, {}, {}});
  wear.take(at(1h + 30min), written(4'000'000'000), 1050);
  CHECK(wear.status().bytes_per_hour == doctest::Approx(2 * 3'999'000'000.0));
  CHECK(wear.status().bytes_per_event == doctest::Approx(3'999'000.0));
}

TEST_CASE(
    "8 GB that are written full every day last 750 days: 3,000 cycles, of which the controller takes three in four") {
  FlashWear wear;
  wear.take(at(0h), written(0), 0);
  wear.take(at(1h), written(eight_gb / 24), 1);
  REQUIRE(wear.status().years_of_life);
  CHECK(*wear.status().years_of_life == doctest::Approx(3000.0 / 4 / 365.25).epsilon(0.001));
}

TEST_CASE("without events there are no bytes per event, without writes or a known size no end of life") {
  FlashWear wear;
  wear.take(at(0h), written(5), 7);
  wear.take(at(1h), written(5), 7);
  CHECK(wear.status() == FlashStatus{true, 0.0, {}, {}});
  FlashWear own;
  own.take(at(0h), {0, 0, false}, 0);
  own.take(at(1h), {1000, 0, false}, 1);
  CHECK(own.status() == FlashStatus{false, 1000.0, 1000.0, {}});
}

TEST_CASE("what was written more than an hour ago is forgotten") {
  FlashWear wear;
  wear.take(at(0h), written(0), 0);
  wear.take(at(30min), written(7'000'000), 100);
  wear.take(at(75min), written(7'000'100), 200);
  CHECK(wear.status().bytes_per_event == doctest::Approx(1.0));
}

TEST_CASE("a counter that goes back, or another device, begins anew") {
  for (const FlashSight& other : {written(10), FlashSight{9'000, eight_gb, false}, FlashSight{9'000, 1, true}}) {
    FlashWear wear;
    wear.take(at(0h), written(8'000), 0);
    wear.take(at(10min), other, 10);
    CHECK_FALSE(wear.status().bytes_per_hour);
  }
}

}  // namespace
}  // namespace chargehook::core
