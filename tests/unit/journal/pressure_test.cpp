#include "journal/pressure.hpp"

#include <doctest/doctest.h>

#include "journal/format/tables.hpp"
#include "journal/retention.hpp"

namespace chargehook::journal {

using namespace std::chrono_literals;
using enum PressureLevel;

namespace {

/// So full that the share of what may be filled is this.
Usage filled(double share) { return {10'000 + reserve_pages, static_cast<std::uint64_t>(share * 10'000), {}}; }

}  // namespace

TEST_CASE("the table of pressure: each level begins above its share of what may be filled") {
  const struct {
    double share;
    PressureLevel level;
  } cases[] = {{0.70, none},        {0.701, delivered_goes}, {0.85, delivered_goes}, {0.851, telemetry_goes},
               {0.921, state_goes}, {0.961, safety_goes},    {0.98, safety_goes},    {0.981, full},
               {1.2, full}};
  for (const auto& one : cases) {
    CAPTURE(one.share);
    CHECK(level_of(filled(one.share)) == one.level);
  }
}

TEST_CASE("a level once reached is left three points below its begin") {
  CHECK(next_level(telemetry_goes, filled(0.84)) == telemetry_goes);
  CHECK(next_level(telemetry_goes, filled(0.825)) == telemetry_goes);
  CHECK(next_level(telemetry_goes, filled(0.815)) == delivered_goes);
  CHECK(next_level(full, filled(0.955)) == full);
  CHECK(next_level(full, filled(0.945)) == safety_goes);
  CHECK(next_level(full, filled(0.5)) == none);
  CHECK(next_level(none, filled(0.99)) == full);
}

TEST_CASE("a class is refused no later than the next more valuable one begins to go, and billing last") {
  using model::EventClass;
  CHECK(admits(filled(0.915), 0, EventClass::telemetry));
  CHECK_FALSE(admits(filled(0.925), 0, EventClass::telemetry));
  CHECK(admits(filled(0.955), 0, EventClass::state));
  CHECK_FALSE(admits(filled(0.965), 0, EventClass::state));
  CHECK(admits(filled(0.975), 0, EventClass::billing));
  CHECK_FALSE(admits(filled(0.985), 0, EventClass::billing));
  CHECK_FALSE(eviction_level(EventClass::billing).has_value());
}

TEST_CASE("of the same boot the boot clock dates a record, of others a wall clock that both knew") {
  const model::Now now{model::WallTime{1000h}, model::BootTime{100h}, model::TimeQuality::synced};
  const auto cutoff = cutoff_before(now, 7, 24h);
  Record record;
  record.boot = 7;
  record.recorded = model::WallTime{0h};  // the clock was wrong then
  record.recorded_quality = model::TimeQuality::synced;
  record.boot_time = model::BootTime{77h};
  CHECK_FALSE(is_before(record, cutoff));
  record.boot_time = model::BootTime{75h};
  CHECK(is_before(record, cutoff));
  record.boot = 6;
  CHECK(is_before(record, cutoff));
  record.recorded = model::WallTime{977h};
  CHECK_FALSE(is_before(record, cutoff));
}

TEST_CASE("a record that cannot be dated does not expire") {
  Record record;
  record.boot = 6;
  record.recorded_quality = model::TimeQuality::unknown;
  const model::Now known{model::WallTime{9000h}, model::BootTime{100h}, model::TimeQuality::synced};
  CHECK_FALSE(is_before(record, cutoff_before(known, 7, 1h)));
  record.recorded_quality = model::TimeQuality::synced;
  const model::Now unknown{model::WallTime{9000h}, model::BootTime{100h}, model::TimeQuality::unknown};
  CHECK_FALSE(is_before(record, cutoff_before(unknown, 7, 1h)));
  CHECK(is_before(record, cutoff_before(known, 7, 1h)));
}

}  // namespace chargehook::journal
