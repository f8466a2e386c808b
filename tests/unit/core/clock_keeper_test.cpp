#include "core/time/clock_keeper.hpp"

#include <doctest/doctest.h>

#include "core/time/time_revision_rows.hpp"
#include "delivery/send_gate.hpp"

namespace chargehook::core {
namespace {

using namespace std::chrono_literals;
using model::TimeQuality;
using model::TimeSource;

const std::vector<TimeSource> all{TimeSource::ntp, TimeSource::csms, TimeSource::https, TimeSource::manual};

model::WallTime wall(std::string_view text) { return *model::parse_rfc3339(text); }

journal::StoredState fresh_store() {
  journal::StoredState state;
  state.boot = 1;
  state.boots = {{1, {1}, std::nullopt}};
  return state;
}

/// A machine whose clock shows `wall` when it has run for a minute.
struct Machine {
  ClockKeeper clock;
  model::Now now;

  explicit Machine(std::string_view shows, std::vector<TimeSource> trust = all,
                   const journal::StoredState& store = fresh_store())
      : clock(std::move(trust), store), now{wall(shows), model::BootTime{60s}, TimeQuality::unknown} {
    clock.take(now);
  }
  model::Now take() { return clock.take(now); }
  void pass(model::Nanoseconds time) {
    now.wall += time;
    now.boot += time;
    clock.take(now);
  }
  void sync(std::string_view shows) {
    now.wall = wall(shows);
    now.quality = TimeQuality::synced;
    clock.take(now);
  }
};

TEST_CASE("a clock that nobody vouches for is not known, and one from before what was seen cannot be right") {
  Machine plausible{"2026-11-24T12:00:00Z"};
  CHECK_FALSE(plausible.clock.is_known());
  CHECK_FALSE(plausible.clock.is_impossible());
  CHECK(Machine{"1970-01-01T00:01:00Z"}.clock.is_impossible());
  auto store = fresh_store();
  store.newest_known = wall("2026-11-24T12:00:01Z");
  CHECK(Machine{"2026-11-24T12:00:00Z", all, store}.clock.is_impossible());
}

TEST_CASE("what is learned is told for the row once, and again only after a step") {
  Machine machine{"1970-01-01T00:01:00Z"};
  CHECK_FALSE(machine.clock.take_learned());
  machine.sync("2026-11-24T12:00:00Z");
  const auto learned = machine.clock.take_learned();
  REQUIRE(learned);
  CHECK(learned->wall(model::BootTime{60s}) == wall("2026-11-24T12:00:00Z"));
  CHECK(learned->quality == TimeQuality::synced);
  CHECK(learned->source == TimeSource::ntp);
  CHECK_FALSE(machine.clock.was_right());
  machine.pass(1h);
  machine.now.wall += 900ms;
  machine.take();
  CHECK_FALSE(machine.clock.take_learned());
  machine.now.wall += 10s;
  machine.take();
  CHECK(machine.clock.take_learned());
}

TEST_CASE("what a clock showed that turns out right needs no correction") {
  Machine machine{"2026-11-24T12:00:00Z"};
  machine.pass(10s);
  machine.sync("2026-11-24T12:00:11Z");
  CHECK(machine.clock.was_right());
}

TEST_CASE("changes are told once, and within a minute of one only together") {
  Machine machine{"1970-01-01T00:01:00Z"};
  CHECK_FALSE(machine.clock.take_change());  // how it starts is no change
  machine.sync("2026-11-24T12:00:00Z");
  auto change = machine.clock.take_change();
  REQUIRE(change);
  CHECK(change->before == TimeQuality::unknown);
  CHECK(change->after == TimeQuality::synced);
  CHECK(change->step == 0s);
  machine.now.wall += 400h;
  machine.take();
  machine.now.wall -= 100h;
  machine.take();
  CHECK_FALSE(machine.clock.take_change());
  REQUIRE(machine.clock.next_deadline() == model::BootTime{120s});
  machine.pass(60s);
  change = machine.clock.take_change();
  REQUIRE(change);
  CHECK(change->step == 300h);
  CHECK_FALSE(machine.clock.next_deadline());
}

TEST_CASE("once it was right in this boot, boot time carries it on") {
  Machine machine{"2026-11-24T12:00:00Z"};
  machine.sync("2026-11-24T12:00:05Z");
  machine.now.quality = TimeQuality::unknown;
  machine.now.wall = wall("1999-01-01T00:00:00Z");
  const auto now = machine.take();
  CHECK(now.wall == wall("2026-11-24T12:00:05Z"));
  CHECK(now.quality == TimeQuality::holdover);
}

TEST_CASE("a restart within the same boot of the machine knows what was learned before") {
  auto store = fresh_store();
  store.boot = 2;
  const model::LearnedClock noon{wall("2026-11-24T12:00:00Z").time_since_epoch(), TimeQuality::manual,
                                 TimeSource::manual, model::BootTime{1s}};
  store.boots = {{1, {1}, noon}, {2, {1}, std::nullopt}};
  Machine machine{"1970-01-01T00:01:00Z", all, store};
  CHECK(machine.take().wall == wall("2026-11-24T12:01:00Z"));
  CHECK(machine.take().quality == TimeQuality::manual);
  store.boots.back().uuid = {2};
  CHECK_FALSE(Machine{"1970-01-01T00:01:00Z", all, store}.clock.is_known());
}

TEST_CASE("others are believed as far as they are trusted, in their order") {
  const auto told = [](std::string_view time) { return wall(time); };
  Machine machine{"2026-11-24T12:00:00Z"};
  machine.clock.told(machine.now, {TimeSource::https, told("2027-01-01T00:00:00Z"), true});
  CHECK(machine.take().wall == wall("2027-01-01T00:00:00Z"));
  CHECK(machine.take().quality == TimeQuality::corrected);
  machine.clock.told(machine.take(), {TimeSource::csms, told("2026-11-24T12:30:00Z"), false});
  CHECK(machine.take().wall == wall("2027-01-01T00:00:00Z"));  // without TLS, and too far off what is known
  machine.clock.told(machine.now, {TimeSource::csms, told("2026-11-24T12:30:00Z"), true});
  CHECK(machine.take().wall == wall("2026-11-24T12:30:00Z"));
  machine.sync("2026-11-24T12:40:00Z");
  CHECK(machine.take().quality == TimeQuality::synced);

  Machine strict{"2026-11-24T12:00:00Z", {TimeSource::manual}};
  strict.clock.told(strict.now, {TimeSource::https, told("2027-01-01T00:00:00Z"), true});
  strict.sync("2026-11-24T12:00:00Z");
  CHECK_FALSE(strict.clock.is_known());
}

TEST_CASE("nobody is believed who tells a time before what was seen already") {
  auto store = fresh_store();
  store.newest_known = wall("2026-11-24T12:00:00Z");
  Machine machine{"1970-01-01T00:01:00Z", all, store};
  machine.clock.told(machine.now, {TimeSource::https, wall("2026-11-24T11:00:00Z"), true});
  CHECK_FALSE(machine.clock.is_known());
  machine.now.quality = TimeQuality::holdover;  // a battery that went empty
  machine.now.wall = wall("2025-01-01T00:00:00Z");
  CHECK(machine.take().quality == TimeQuality::unknown);
}

TEST_CASE("a person's word counts where it is trusted, and not for what cannot be") {
  Machine machine{"2026-11-24T12:00:00Z"};
  REQUIRE(machine.clock.accept("anna"));
  CHECK(machine.take().quality == TimeQuality::manual);
  CHECK(machine.clock.status().by == "anna");
  machine.now.wall += 5h;  // moved by somebody else afterwards: what anna said still holds
  CHECK(machine.take().wall == wall("2026-11-24T12:00:00Z"));

  Machine long_past{"1970-01-01T00:01:00Z"};
  REQUIRE_FALSE(long_past.clock.accept("anna"));
  CHECK_FALSE(long_past.clock.is_known());
  Machine strict{"2026-11-24T12:00:00Z", {TimeSource::ntp}};
  CHECK(strict.clock.accept("anna").error().code == "trust");
}

TEST_CASE("what the machine's clock stamped gets the time that others told") {
  Machine machine{"2026-08-24T12:00:00Z"};
  model::Event event;
  event.time = machine.now.wall - 5s;
  machine.clock.restamp(event);
  CHECK(event.time_quality == TimeQuality::unknown);
  machine.clock.told(machine.now, {TimeSource::https, wall("2026-11-24T12:00:00Z"), true});
  machine.clock.restamp(event);
  CHECK(event.time == wall("2026-11-24T11:59:55Z"));
  CHECK(event.time_quality == TimeQuality::corrected);
  model::Event old;
  old.time = machine.now.wall - 2h;  // the machine has not run so long: its clock was moved in between
  machine.clock.restamp(old);
  CHECK(old.time == wall("2026-11-24T12:00:00Z"));
  model::Event told;
  told.time = wall("2026-11-20T00:00:00Z");
  told.time_of = model::TimeOf::device;
  machine.clock.restamp(told);
  CHECK(told.time_quality == TimeQuality::unknown);
}

TEST_CASE("while the time is not known the machine's clock is looked at again, often where something waits") {
  CHECK(Machine{"1970-01-01T00:01:00Z"}.clock.next_deadline() == model::BootTime{61s});
  CHECK(Machine{"2026-11-24T12:00:00Z"}.clock.next_deadline() == model::BootTime{90s});
}

TEST_CASE("what may be sent follows from what is known of the time") {
  using delivery::gate_of;
  using delivery::SendGate;
  CHECK(gate_of({true, false, false}) == SendGate::open);
  CHECK(gate_of({false, false, false}) == SendGate::closed);
  CHECK(gate_of({false, false, true}) == SendGate::open);
  CHECK(gate_of({false, true, true}) == SendGate::unsigned_only);
  CHECK(may_send(SendGate::unsigned_only, false));
  CHECK_FALSE(may_send(SendGate::unsigned_only, true));
  CHECK_FALSE(may_send(SendGate::closed, false));
}

TEST_CASE("rows of times that were not known read back as they were written, and nothing else does") {
  const UncorrectedMark mark{7, {1, 2, 3, UINT64_MAX}};
  CHECK(encode_mark(mark) == "7 1 2 3 18446744073709551615");
  CHECK(decode_mark(encode_mark(mark)) == mark);
  const RevisionPlan plan{7, 9, {1, 2, 3, 4}, {5, 6, 7, 8}};
  CHECK(encode_plan(plan) == "7 9 1 2 3 4 5 6 7 8");
  CHECK(decode_plan(encode_plan(plan)) == plan);
  CHECK(plan_key(plan) == "clock/revisions/7");
  for (const char* text : {"", "7", "7 1 2 3", "7 1 2 3 4 5", "7  1 2 3 4", "x 1 2 3 4", "4294967296 1 2 3 4",
                           "7 1 2 3 -4", "7 1 2 3 4 "}) {
    CAPTURE(text);
    CHECK_FALSE(decode_mark(text));
    CHECK_FALSE(decode_plan(text));
  }
}

}  // namespace
}  // namespace chargehook::core
