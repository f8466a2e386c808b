#include "cli/clock_text.hpp"

#include <doctest/doctest.h>

namespace chargehook::cli {
namespace {

using namespace std::chrono_literals;
using model::TimeSource;

model::WallTime wall(std::string_view text) { return *model::parse_rfc3339(text); }

std::string in_utc(model::WallTime time) {
  const auto text = model::to_rfc3339(time);
  return text.substr(0, 10) + " " + text.substr(11, 5);
}

core::StatusReport synced() {
  core::StatusReport report;
  report.clock.time = wall("2026-11-24T13:02:31Z");
  report.clock.machine = report.clock.time;
  report.clock.quality = model::TimeQuality::synced;
  report.clock.source = TimeSource::ntp;
  report.clock.age = 0s;
  report.clock.trust = {TimeSource::ntp, TimeSource::manual};
  return report;
}

TEST_CASE("a clock that is kept right needs no more than five lines") {
  CHECK(clock_text(synced(), in_utc) ==
        "time      2026-11-24T13:02:31.000Z   local 2026-11-24 13:02\n"
        "quality   synced, by ntp, told 0 s ago\n"
        "machine   the same\n"
        "trusted   ntp, manual\n"
        "waits     nothing\n");
}

TEST_CASE("what waits for a clock that cannot be right is named, with what to do") {
  auto report = synced();
  report.clock.time = report.clock.machine = wall("1970-01-01T00:10:00Z");
  report.clock.quality = model::TimeQuality::unknown;
  report.clock.source = TimeSource::none;
  report.clock.age.reset();
  report.clock.is_impossible = true;
  delivery::EndpointStatus billing;
  billing.name = "billing";
  billing.waits_for_clock = true;
  billing.more_waits = true;
  billing.undelivered_at_least = {18, 0, 2, 0};
  report.endpoints = {billing, {}};
  CHECK(clock_text(report, in_utc) ==
        "time      1970-01-01T00:10:00.000Z   local 1970-01-01 00:10\n"
        "quality   unknown: nobody has said what time it is since this machine began\n"
        "machine   this machine's clock shows that: it cannot be right\n"
        "trusted   ntp, manual\n"
        "waits     endpoint billing: at least 20 to deliver\n"
        "help: sudo chargehook clock set \"2026-11-24 14:02\"   (local time)\n");
}

TEST_CASE("a machine whose clock is off is told from what the gateway takes for the time") {
  auto report = synced();
  report.clock.machine = report.clock.time - 26h;
  report.clock.quality = model::TimeQuality::manual;
  report.clock.source = TimeSource::manual;
  report.clock.by = "anna";
  report.clock.age = 3700s;
  report.clock.is_revising = true;
  const auto text = clock_text(report, in_utc);
  CHECK(text.find("quality   manual, by manual (anna), told 1 h 1 min ago\n") != std::string::npos);
  CHECK(text.find("machine   shows 2026-11-23T11:02:31.000Z, 1 d 2 h behind\n") != std::string::npos);
  CHECK(text.find("are being corrected\n") != std::string::npos);
}

TEST_CASE("a time is read as people write it") {
  struct Case {
    const char* text;
    const char* digits;
    bool is_local;
  };
  for (const auto& [text, digits, is_local] :
       {Case{"2026-11-24 14:02", "2026-11-24T14:02:00Z", true},
        Case{"2026-11-24 14:02:30", "2026-11-24T14:02:30Z", true}, Case{"14:02", "2026-11-25T14:02:00Z", true},
        Case{"14:02:30", "2026-11-25T14:02:30Z", true},
        Case{"2026-11-24T14:02:00+01:00", "2026-11-24T13:02:00Z", false}}) {
    CAPTURE(text);
    const auto read = read_written_time(text, "2026-11-25");
    REQUIRE(read);
    CHECK(read->time == wall(digits));
    CHECK(read->is_local == is_local);
  }
  for (const char* text : {"", "now", "24.11.2026 14:02", "2026-11-24", "14", "2026-11-24 25:00", "14:02 Uhr"}) {
    CAPTURE(text);
    CHECK_FALSE(read_written_time(text, "2026-11-25"));
  }
}

}  // namespace
}  // namespace chargehook::cli
