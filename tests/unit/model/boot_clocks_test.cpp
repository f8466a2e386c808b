#include "model/boot_clocks.hpp"

#include <doctest/doctest.h>

#include "model/event_id.hpp"

namespace chargehook::model {
namespace {

using namespace std::chrono_literals;

const WallTime noon = *parse_rfc3339("2026-11-24T12:00:00Z");
const BootUuid first_machine{1};
const BootUuid second_machine{2};

/// Boot time 0 was at noon.
LearnedClock began_at_noon() { return {noon.time_since_epoch(), TimeQuality::synced, TimeSource::ntp, BootTime{90s}}; }

/// Seen by our clock, which began in 1970, `age` before it was taken in 60 s after the machine began.
struct Taken {
  Event event;
  Stamp stamp{1, BootTime{60s}, WallTime{100s}, TimeQuality::unknown};

  explicit Taken(Nanoseconds age = 0s) { event.time = stamp.recorded - age; }
};

TEST_CASE("a time that was not known follows from boot time and what was learned later") {
  const BootClocks clocks{{{1, first_machine, began_at_noon()}}};
  const Taken taken{5s};
  const auto shown = shown_times(taken.event, taken.stamp, clocks);
  CHECK(to_rfc3339(shown.time) == "2026-11-24T12:00:55.000Z");
  CHECK(shown.quality == TimeQuality::corrected);
  CHECK(to_rfc3339(shown.recorded) == "2026-11-24T12:01:00.000Z");
  CHECK_FALSE(shown.may_improve);
}

TEST_CASE("openings of the store within one boot of the machine share what any of them learned") {
  const BootClocks clocks{{{1, first_machine, {}}, {2, first_machine, began_at_noon()}, {3, second_machine, {}}}};
  CHECK(clocks.of(1) == clocks.of(2));
  CHECK(clocks.of(1).has_value());
  CHECK_FALSE(clocks.of(3).has_value());
  CHECK(clocks.first_of(2) == 1);
  CHECK(clocks.last_of(1) == 2);
  CHECK(clocks.first_of_present() == 3);
  CHECK(clocks.last_of(3) == 3);
}

TEST_CASE("a boot without a name shares with no other") {
  const BootClocks clocks{{{1, {}, {}}, {2, {}, began_at_noon()}}};
  CHECK_FALSE(clocks.of(1).has_value());
}

TEST_CASE("the time of a boot that never learned it stays unknown, and says so") {
  const BootClocks earlier{{{1, first_machine, {}}, {2, second_machine, began_at_noon()}}};
  const Taken taken;
  const auto lost = shown_times(taken.event, taken.stamp, earlier);
  CHECK(lost.time == taken.event.time);
  CHECK(lost.quality == TimeQuality::unknown);
  CHECK_FALSE(lost.may_improve);
  const BootClocks present{{{1, first_machine, {}}}};
  CHECK(shown_times(taken.event, taken.stamp, present).may_improve);
}

TEST_CASE("what was known is not touched, nor what a device told") {
  const BootClocks clocks{{{1, first_machine, began_at_noon()}}};
  Taken told;
  told.event.time = *parse_rfc3339("2026-11-20T08:00:00Z");
  told.event.time_of = TimeOf::device;
  auto shown = shown_times(told.event, told.stamp, clocks);
  CHECK(shown.time == told.event.time);
  CHECK(shown.quality == TimeQuality::unknown);
  CHECK(to_rfc3339(shown.recorded) == "2026-11-24T12:01:00.000Z");

  Taken known;
  known.event.time_quality = TimeQuality::manual;
  known.stamp.recorded_quality = TimeQuality::manual;
  shown = shown_times(known.event, known.stamp, clocks);
  CHECK(shown.time == known.event.time);
  CHECK(shown.quality == TimeQuality::manual);
  CHECK(shown.recorded == known.stamp.recorded);
}

TEST_CASE("a time that was not known and comes when it is, is of an earlier moment, and stays unknown") {
  const BootClocks clocks{{{1, first_machine, began_at_noon()}}};
  Taken repeated;
  repeated.stamp.recorded = noon + 1h;
  repeated.stamp.recorded_quality = TimeQuality::synced;
  const auto shown = shown_times(repeated.event, repeated.stamp, clocks);
  CHECK(shown.time == repeated.event.time);
  CHECK(shown.quality == TimeQuality::unknown);
}

TEST_CASE("an age that cannot be, because the clock was moved in between, counts as none") {
  const BootClocks clocks{{{1, first_machine, began_at_noon()}}};
  for (const Nanoseconds age : {Nanoseconds{-1h}, Nanoseconds{61s}}) {
    const Taken taken{age};
    CHECK(to_rfc3339(shown_times(taken.event, taken.stamp, clocks).time) == "2026-11-24T12:01:00.000Z");
  }
}

TEST_CASE("a revision's id names what it revises") {
  CHECK(time_correction_id("evt_1") == "evt_1~time");
  CHECK(time_corrected_id(time_correction_id("evt_1")) == "evt_1");
  CHECK(time_corrected_id("evt_1").empty());
}

}  // namespace
}  // namespace chargehook::model
