#include "journal/intake.hpp"

#include <doctest/doctest.h>

#include "journal/pressure.hpp"

using namespace chargehook;
using namespace chargehook::journal;
using namespace std::chrono_literals;
using model::EventClass;

namespace {

constexpr model::WallTime november = std::chrono::sys_days{std::chrono::year{2026} / 11 / 24};

/// An intake with a clock that is moved by hand and a writer that answers when told.
struct Bench {
  explicit Bench(StoredState stored = {}, IntakeLimits limits = {}) : intake(stored, at(0ms), limits) {}

  static model::Now at(std::chrono::milliseconds since_start) {
    return {november + since_start, model::BootTime{1h + since_start}, model::TimeQuality::synced};
  }
  void pass(std::chrono::milliseconds time) { time_ += time; }
  [[nodiscard]] model::Now now() const { return at(time_); }

  /// An entry with a waiter has a source that repeats it, as in life.
  bool admit(EventClass event_class, Waiter waiter = no_waiter, std::string data = "{}") {
    Entry entry;
    entry.waiter = waiter;
    entry.repeats = waiter != no_waiter ? Repeats::yes : Repeats::no;
    model::Event event;
    event.id = "evt_" + std::to_string(++made_);
    event.type = "gateway.test";
    event.event_class = event_class;
    event.data = std::move(data);
    entry.events.push_back(std::move(event));
    return intake.admit(now(), std::move(entry)).has_value();
  }
  BatchPtr close(std::vector<Trim> trims = {}) {
    IntakeOutputs out;
    auto batch = intake.close_batch(now(), std::move(trims), out);
    refused.insert(refused.end(), out.refused.begin(), out.refused.end());
    return batch;
  }
  IntakeOutputs done(const BatchPtr& batch, CommitStatus status = CommitStatus::committed, Usage usage = {100'000, 1}) {
    IntakeOutputs out;
    intake.commit_done(now(), {batch->id, status, usage, {}, "no reason"}, out);
    return out;
  }
  IntakeOutputs reopened(bool open, model::Sequence last) {
    IntakeOutputs out;
    intake.reopen_done(now(), {open, last, {100'000, 1, {}}, open ? "" : "Input/output error", {}}, out);
    return out;
  }

  Intake intake;
  std::vector<Waiter> refused;
  std::chrono::milliseconds time_{0};
  int made_ = 0;
};

}  // namespace

TEST_CASE("a created store begins at a million numbers per Unix second, an old one goes on") {
  Bench created;
  REQUIRE(created.admit(EventClass::billing));
  CHECK(created.close()->records.front()->sequence == 1'795'478'400'000'000ULL);

  StoredState stored;
  stored.next_sequence = 42;
  Bench old{stored};
  REQUIRE(old.admit(EventClass::billing));
  CHECK(old.close()->records.front()->sequence == 42);
}

TEST_CASE("sequence counts over all classes, ordinals within one") {
  Bench bench;
  for (const auto event_class : {EventClass::billing, EventClass::state, EventClass::billing}) bench.admit(event_class);
  const auto batch = bench.close();
  REQUIRE(batch->records.size() == 3);
  CHECK(batch->records[1]->sequence == batch->records[0]->sequence + 1);
  CHECK(batch->records[2]->sequence == batch->records[1]->sequence + 1);
  CHECK(batch->records[0]->ordinal == 1);
  CHECK(batch->records[1]->ordinal == 1);
  CHECK(batch->records[2]->ordinal == 2);
}

TEST_CASE("urgent events go at once, the others wait for company") {
  const struct {
    EventClass event_class;
    std::chrono::milliseconds patience;
  } cases[] = {
      {EventClass::billing, 0ms}, {EventClass::safety, 0ms}, {EventClass::state, 200ms}, {EventClass::telemetry, 2s}};
  for (const auto& one : cases) {
    CAPTURE(to_string(one.event_class));
    Bench bench;
    bench.admit(one.event_class);
    CHECK(bench.intake.next_deadline() == bench.now().boot + one.patience);
    if (one.patience > 0ms) {
      bench.pass(one.patience - 1ms);
      CHECK(bench.close() == nullptr);
      bench.pass(1ms);
    }
    CHECK(bench.close() != nullptr);
  }
}

TEST_CASE("an entry with a waiter makes its batch due whatever its class, and takes along what waits before it") {
  Bench bench;
  bench.admit(EventClass::telemetry);
  CHECK(bench.close() == nullptr);
  bench.admit(EventClass::telemetry, Waiter{7});
  CHECK(bench.close()->records.size() == 2);
}

TEST_CASE("one batch is under way at a time, and a waiter is settled only by its commit") {
  Bench bench;
  bench.admit(EventClass::billing, Waiter{1});
  const auto first = bench.close();
  bench.admit(EventClass::billing, Waiter{2});
  CHECK(bench.close() == nullptr);
  const auto done = bench.done(first);
  REQUIRE(done.settled.size() == 1);
  CHECK(done.settled[0].waiter == Waiter{1});
  CHECK(done.settled[0].sequence == first->records[0]->sequence);
  CHECK(done.settled[0].event_id == "evt_1");
  CHECK(done.committed == first);
  CHECK(bench.close()->records.size() == 1);
}

TEST_CASE("cursors ride along, or go by themselves after a second; the newest row of a stream wins") {
  Bench bench;
  model::StreamRow row;
  row.cursor.n = 1;
  bench.intake.move_cursors(bench.now(), {{row}, {}, {}});
  row.cursor.n = 2;
  bench.intake.move_cursors(bench.now(), {{row}, {}, {}});
  bench.pass(999ms);
  CHECK(bench.close() == nullptr);
  bench.pass(1ms);
  const auto batch = bench.close();
  REQUIRE(batch->streams.size() == 1);
  CHECK(batch->streams[0].cursor.n == 2);
}

TEST_CASE("a batch is cut at its limits and the rest follows as soon as the writer is back") {
  IntakeLimits limits;
  limits.batch_entries = 2;
  Bench bench{{}, limits};
  for (int i = 0; i < 3; ++i) bench.admit(EventClass::telemetry, i == 2 ? Waiter{1} : no_waiter);
  const auto first = bench.close();
  CHECK(first->records.size() == 2);
  CHECK(bench.done(first).settled.empty());
  CHECK(bench.close()->records.size() == 1);
}

TEST_CASE("a full queue refuses events and still takes our own state") {
  IntakeLimits limits;
  limits.queue_entries = 1;
  Bench bench{{}, limits};
  CHECK(bench.admit(EventClass::billing));
  CHECK_FALSE(bench.admit(EventClass::billing));
  Entry state;
  state.kv.push_back({"config/x", "1"});
  CHECK(bench.intake.admit(bench.now(), state).has_value());
}

TEST_CASE("an event larger than a record is refused by name, and nothing is numbered for it") {
  Bench bench;
  CHECK_FALSE(bench.admit(EventClass::billing, no_waiter, std::string(70'000, 'x')));
  bench.admit(EventClass::billing);
  CHECK(bench.close()->records.front()->ordinal == 1);
}

TEST_CASE("a full map: what makes room goes alone, then the same entries again") {
  Bench bench;
  bench.admit(EventClass::billing, Waiter{1});
  const auto first = bench.close();
  const auto full = bench.done(first, CommitStatus::map_full);
  CHECK(full.settled.empty());
  CHECK(full.trouble.find("full") != std::string::npos);

  const auto room = bench.close({{EventClass::state, 5}});
  REQUIRE(room != nullptr);
  CHECK(room->records.empty());
  CHECK(room->trims.size() == 1);
  CHECK_FALSE(bench.intake.next_deadline().has_value());
  CHECK(bench.done(room).settled.empty());
  const auto again = bench.close();
  CHECK(again->records == first->records);
  CHECK(bench.done(again).settled.size() == 1);
  CHECK(bench.refused.empty());
}

TEST_CASE("cursors are wanted when they would ride in a batch or set the time of one, not after each delivery") {
  Bench bench;
  const auto wants = [&] { return bench.intake.wants_cursors(bench.now()); };
  CHECK(wants());  // nothing says yet when the next batch goes
  bench.intake.move_cursors(bench.now(), {{model::StreamRow{}}, {}, {}});
  CHECK_FALSE(wants());
  bench.admit(EventClass::billing);
  CHECK(wants());  // it is due at once, and they ride along
  const auto batch = bench.close();
  CHECK_FALSE(wants());  // the writer is busy
  bench.done(batch);
  CHECK(wants());
  bench.intake.move_cursors(bench.now(), {{model::StreamRow{}}, {}, {}});
  bench.pass(1s);
  CHECK(wants());

  SUBCASE("nor is any left behind by a stop") {
    bench.done(bench.close());
    bench.intake.move_cursors(bench.now(), {{model::StreamRow{}}, {}, {}});
    CHECK_FALSE(wants());
    bench.intake.stop();
    CHECK(wants());
  }
  SUBCASE("a full store gets each at once: trims follow cursors") {
    bench.done(bench.close(), CommitStatus::map_full);
    CHECK(wants());
  }
  SUBCASE("so does one that is being trimmed") {
    bench.done(bench.close(), CommitStatus::committed, {100'000, 71'000});
    bench.intake.move_cursors(bench.now(), {{model::StreamRow{}}, {}, {}});
    CHECK(wants());
  }
}

TEST_CASE("a trim never goes to the store without the cursors it relies on") {
  Bench bench;
  model::StreamRow row;
  row.cursor.n = 7;
  bench.admit(EventClass::billing, Waiter{1});
  const auto first = bench.close();
  bench.intake.move_cursors(bench.now(), {{row}, {}, {}});  // delivered while the commit ran
  bench.done(first, CommitStatus::map_full);
  auto room = bench.close({{EventClass::state, 5}});
  REQUIRE(room->streams.size() == 1);
  CHECK(room->streams[0].cursor.n == 7);

  SUBCASE("and if that does not commit, they come again, the newest of each stream") {
    bench.done(room, CommitStatus::failed);
    row.cursor.n = 8;
    bench.intake.move_cursors(bench.now(), {{row}, {}, {}});
    REQUIRE(bench.intake.reopen_due(bench.now()));
    bench.reopened(true, 1);
    room = bench.close({{EventClass::state, 6}});
    REQUIRE(room->streams.size() == 1);
    CHECK(room->streams[0].cursor.n == 8);
  }
}

TEST_CASE("a batch that goes again carries no cursor older than one that went meanwhile") {
  Bench bench;
  model::StreamRow row;
  row.cursor.n = 1;
  bench.intake.move_cursors(bench.now(), {{row}, {}, {}});
  bench.admit(EventClass::billing, Waiter{1});
  const auto first = bench.close();
  REQUIRE(first->streams.size() == 1);
  row.cursor.n = 2;
  bench.intake.move_cursors(bench.now(), {{row}, {}, {}});
  bench.done(first, CommitStatus::map_full);
  const auto room = bench.close();
  REQUIRE(room->streams.size() == 1);
  CHECK(room->streams[0].cursor.n == 2);
  bench.done(room);
  const auto again = bench.close();
  CHECK(again->records == first->records);
  CHECK(again->streams.empty());
}

TEST_CASE("what a cursor has passed goes in its batch, and goes again with it") {
  Bench bench;
  model::StreamRow row;
  const model::PendPut put{row.id, 7, model::PendRow{row.id, 7, 70, {}, 1, {}, {}}};
  const model::ChainPoint point{row.id, 256, 900, {}};
  bench.intake.move_cursors(bench.now(), {{row}, {put}, {point}});
  bench.admit(EventClass::billing, Waiter{1});
  const auto first = bench.close();
  REQUIRE(first->pend == std::vector{put});
  REQUIRE(first->points == std::vector{point});
  bench.done(first, CommitStatus::map_full);
  const auto room = bench.close();
  CHECK(room->streams.size() == 1);
  CHECK(room->pend == std::vector{put});
  CHECK(room->points.empty());  // where there is no room they are left out
  bench.done(room);
  const auto after = bench.close();
  CHECK(after->pend.empty());
  CHECK(after->points.empty());
}

TEST_CASE("a store that is full goes without points, and takes them again when there is room") {
  Bench bench;
  const auto points_after = [&](std::uint64_t pages_used) {
    bench.intake.move_cursors(bench.now(), {{{}}, {}, {{{}, 256, 900, {}}}});
    bench.pass(1s);
    bench.done(bench.close(), CommitStatus::committed, {10'000, pages_used});
    bench.intake.move_cursors(bench.now(), {{{}}, {}, {{{}, 512, 1800, {}}}});
    bench.pass(1s);
    const auto batch = bench.close();
    bench.done(batch);
    CHECK(batch->streams.size() == 1);
    return batch->points.size();
  };
  CHECK(points_after(9549) == 1);
  CHECK(points_after(9550) == 0);  // 98 % of what may be filled
  CHECK(points_after(1) == 1);
}

TEST_CASE("cursors pass what is not done as long as its rows do not go into the reserve, and not too many at once") {
  Bench bench;
  const auto commit_with = [&](std::uint64_t pages_used) {
    bench.intake.move_cursors(bench.now(), {{{}}, {}, {}});
    bench.pass(1s);
    bench.done(bench.close(), CommitStatus::committed, {10'000, pages_used});
  };
  commit_with(10'000 - reserve_pages - 1);
  CHECK(bench.intake.may_pend());
  commit_with(10'000 - reserve_pages);
  CHECK_FALSE(bench.intake.may_pend());
  commit_with(1);
  CHECK(bench.intake.may_pend());

  std::vector<model::PendPut> rows;
  for (std::uint64_t n = 1; n <= 1000; ++n) rows.push_back({{}, n, model::PendRow{{}, n, n, {}, 1, {}, {}}});
  bench.intake.move_cursors(bench.now(), {{}, rows, {}});
  CHECK_FALSE(bench.intake.may_pend());
  bench.pass(1s);
  const auto batch = bench.close();
  CHECK_FALSE(bench.intake.may_pend());
  bench.done(batch);
  CHECK(bench.intake.may_pend());
}

TEST_CASE("a batch without entries may go into the reserve, and where it does not fit the circle ends with it") {
  Bench bench;
  bench.intake.move_cursors(bench.now(), {{{}}, {}, {}});
  bench.pass(1s);
  const auto batch = bench.close();
  CHECK(batch->makes_room);
  bench.done(batch, CommitStatus::map_full);
  CHECK(bench.intake.is_full());
  bench.pass(31s);
  const auto again = bench.close();
  REQUIRE(again != nullptr);
  bench.done(again);
  CHECK_FALSE(bench.intake.is_full());
  CHECK(bench.close() == nullptr);
}

TEST_CASE("trims in a store that is filled up to its reserve leave points alone") {
  Bench bench;
  const auto next_batch = [&] {
    bench.intake.move_cursors(bench.now(), {{{}}, {}, {}});
    bench.pass(1s);
    return bench.close();
  };
  bench.done(next_batch(), CommitStatus::committed, {10'000, 10'000 - reserve_pages});
  const auto batch = next_batch();
  CHECK(batch->keeps_points);
  bench.done(batch);
  CHECK_FALSE(next_batch()->keeps_points);
}

TEST_CASE("a row of pend without a cursor that moved goes by itself") {
  Bench bench;
  bench.intake.move_cursors(bench.now(), {{}, {{{}, 7, std::nullopt}}, {}});
  CHECK_FALSE(bench.intake.idle());
  CHECK(bench.intake.next_deadline().has_value());
}

TEST_CASE("rows of new streams pass entries that do not fit, and whoever waits for them is told") {
  Bench bench;
  bench.admit(EventClass::safety);
  bench.done(bench.close(), CommitStatus::map_full);
  Settings settings;
  settings.streams.emplace_back();
  settings.kv.push_back({"config/endpoints/x", "1"});
  settings.waiter = Waiter{9};
  bench.intake.put(bench.now(), std::move(settings));
  const auto room = bench.close();
  REQUIRE(room != nullptr);
  CHECK(room->records.empty());
  CHECK(room->streams.size() == 1);
  CHECK(room->kv.size() == 1);
  const auto done = bench.done(room);
  REQUIRE(done.settled.size() == 1);
  CHECK(done.settled[0].waiter == Waiter{9});
}

TEST_CASE("where nothing makes room, sources that repeat are refused, the others kept, and ordinals have no hole") {
  Bench bench;
  bench.admit(EventClass::billing, Waiter{1});
  bench.admit(EventClass::billing);
  const auto first = bench.close();
  REQUIRE(first->records.size() == 2);
  bench.done(first, CommitStatus::map_full);
  CHECK(bench.close() == nullptr);
  CHECK(bench.refused == std::vector<Waiter>{Waiter{1}});
  CHECK_FALSE(bench.admit(EventClass::billing, Waiter{2}));  // while what is kept waits
  CHECK(bench.intake.next_deadline() == bench.now().boot + 30s);
  CHECK(bench.close() == nullptr);
  bench.pass(30s);
  const auto again = bench.close();
  REQUIRE(again->records.size() == 1);
  CHECK(again->records[0]->ordinal == 1);
  CHECK(again->records[0]->event == first->records[1]->event);
  bench.done(again);
  CHECK(bench.admit(EventClass::billing, Waiter{2}));
}

TEST_CASE("one event that is too large for what is left does not stop the small ones") {
  Bench bench;
  bench.admit(EventClass::billing, Waiter{1}, std::string(50'000, 'x'));
  bench.done(bench.close(), CommitStatus::map_full);
  CHECK(bench.close() == nullptr);
  CHECK(bench.refused.size() == 1);
  CHECK(bench.admit(EventClass::state, Waiter{2}));
  const auto small = bench.close();
  REQUIRE(small != nullptr);
  CHECK(small->records[0]->ordinal == 1);
  CHECK(bench.done(small).settled.size() == 1);
}

TEST_CASE("a full map in which not even cursors fit is tried again after a pause, not in a loop") {
  Bench bench;
  model::StreamRow row;
  row.cursor.n = 1;
  bench.intake.move_cursors(bench.now(), {{row}, {}, {}});
  bench.pass(1s);
  bench.done(bench.close(), CommitStatus::map_full);
  CHECK(bench.close({{EventClass::state, 5}}) == nullptr);
  CHECK(bench.intake.next_deadline() == bench.now().boot + 30s);
  bench.pass(30s);
  CHECK(bench.close({{EventClass::state, 5}}) != nullptr);
}

TEST_CASE("after a failed commit the store is reopened, and what it holds decides") {
  Bench bench;
  bench.admit(EventClass::billing, Waiter{1});
  const auto batch = bench.close();
  CHECK(bench.done(batch, CommitStatus::failed).settled.empty());
  CHECK(bench.close() == nullptr);
  REQUIRE(bench.intake.reopen_due(bench.now()));
  CHECK_FALSE(bench.intake.reopen_due(bench.now()));

  SUBCASE("the batch is there: its waiters are settled") {
    const auto out = bench.reopened(true, batch->records.back()->sequence);
    CHECK(out.settled.size() == 1);
    CHECK(out.committed->records == batch->records);
    CHECK(out.trouble == "ok");
  }
  SUBCASE("the batch is not there: it goes again, unchanged") {
    CHECK(bench.reopened(true, batch->records.front()->sequence - 1).settled.empty());
    const auto again = bench.close();
    CHECK(again->records == batch->records);
    CHECK(bench.done(again).settled.size() == 1);
  }
  SUBCASE("a store that does not open is tried again") {
    CHECK(bench.reopened(false, 0).settled.empty());
    CHECK(bench.intake.reopen_due(bench.now()));
  }
}

TEST_CASE("the third failure within a minute brings a pause of half a minute") {
  Bench bench;
  bench.admit(EventClass::billing);
  const auto batch = bench.close();
  for (int failure = 1; failure <= 3; ++failure) {
    bench.pass(1s);
    failure == 1 ? bench.done(batch, CommitStatus::failed) : bench.reopened(false, 0);
    CHECK(bench.intake.reopen_due(bench.now()) == (failure < 3));
  }
  bench.pass(29s);
  CHECK_FALSE(bench.intake.reopen_due(bench.now()));
  bench.pass(1s);
  CHECK(bench.intake.reopen_due(bench.now()));
}

TEST_CASE("stop makes everything due and refuses what comes after") {
  Bench bench;
  bench.admit(EventClass::telemetry);
  bench.intake.stop();
  CHECK_FALSE(bench.admit(EventClass::billing));
  CHECK_FALSE(bench.intake.idle());
  const auto batch = bench.close();
  REQUIRE(batch != nullptr);
  bench.done(batch);
  CHECK(bench.intake.idle());
}

TEST_CASE("a filling store refuses telemetry first and billing last") {
  constexpr std::uint64_t total = 100'000;
  constexpr double may_fill = total - reserve_pages;
  const auto levels = {0.5, 0.93, 0.97, 0.99};
  const std::array<std::array<bool, 4>, 4> admitted{
      {{true, true, true, true}, {true, true, true, false}, {true, true, false, false}, {false, false, false, false}}};
  std::size_t row = 0;
  for (const double level : levels) {
    for (std::size_t i = 0; i < 4; ++i) {
      const auto used = static_cast<std::uint64_t>(level * may_fill);
      CHECK(admits({total, used}, 0, static_cast<EventClass>(i)) == admitted[row][i]);
    }
    ++row;
  }
}

TEST_CASE("what waits for the disk counts as filled already, and the reserve is nobody's") {
  CHECK(admits({4096, 3000}, 0, EventClass::billing));
  CHECK_FALSE(admits({4096, 3000}, 4'000'000, EventClass::billing));
  CHECK_FALSE(admits({4096, 4096 - reserve_pages}, 0, EventClass::billing));
  CHECK_FALSE(admits({reserve_pages, 0}, 0, EventClass::billing));
}

TEST_CASE("delivered records are trimmed as far as nobody wants them") {
  std::array<ClassLog, 4> logs{};
  logs[0] = {.last_sequence = 100, .last_ordinal = 90, .floor_sequence = 10, .floor_ordinal = 9};
  const auto trims = trims_of_delivered({50, 0, 0, 0}, logs);
  REQUIRE(trims.size() == 1);
  CHECK(trims[0].up_to == 50);
  CHECK(trims_of_delivered({10, 0, 0, 0}, logs).empty());
  CHECK(trims_of_delivered({UINT64_MAX, 0, 0, 0}, logs)[0].up_to == 100);
}

namespace {

Eviction eviction_of(model::Sequence up_to) {
  Eviction eviction;
  model::Event notice;
  notice.id = "evt_gap";
  notice.type = "delivery.gap";
  notice.event_class = EventClass::state;
  eviction.notices = {notice};
  eviction.row = GapRow{EventClass::state, 1, up_to, 1, up_to, GapReason::evicted, {{}}};
  eviction.streams.emplace_back().cursor.n = 9;
  eviction.trim = Trim{EventClass::state, up_to, 9};
  return eviction;
}

}  // namespace

TEST_CASE("an eviction is one batch: rows, the event and the row that tell of it, and the trim; and it goes at once") {
  Bench bench;
  bench.admit(EventClass::telemetry);  // would wait for two seconds
  bench.intake.evict(bench.now(), eviction_of(9));
  const auto batch = bench.close({{EventClass::state, 3}, {EventClass::telemetry, 4}});
  REQUIRE(batch != nullptr);
  REQUIRE(batch->records.size() == 2);
  CHECK(batch->records[0]->event.id == "evt_gap");
  REQUIRE(batch->gaps.size() == 1);
  CHECK(batch->gaps[0].row->notices[0].event == batch->records[0]->sequence);
  REQUIRE(batch->trims.size() == 2);  // its own takes the place of the other one of its class
  CHECK(batch->trims[0].event_class == EventClass::telemetry);
  CHECK(batch->trims[1].up_to == 9);
  REQUIRE(batch->streams.size() == 1);
  CHECK(batch->streams[0].cursor.n == 9);
  CHECK(bench.intake.is_evicting());
  bench.done(batch);
  CHECK_FALSE(bench.intake.is_evicting());
}

TEST_CASE("no cursor handed in after an eviction is durable before it") {
  Bench bench;
  bench.admit(EventClass::billing, Waiter{1});
  const auto first = bench.close();
  bench.intake.evict(bench.now(), eviction_of(9));
  model::StreamRow row;
  row.cursor.n = 12;
  bench.intake.move_cursors(bench.now(), {{row}, {}, {}});

  SUBCASE("as the batch before it commits") { bench.done(first); }
  SUBCASE("nor where that one did not fit, and only what makes room goes") {
    bench.done(first, CommitStatus::map_full);
  }
  SUBCASE("nor after a failure") {
    bench.done(first, CommitStatus::failed);
    REQUIRE(bench.intake.reopen_due(bench.now()));
    bench.reopened(true, 1);
  }
  const auto batch = bench.close();
  REQUIRE(batch != nullptr);
  CHECK(batch->streams.at(0).cursor.n == 12);
  CHECK(batch->gaps.size() == 1);
}

TEST_CASE("an eviction makes room: it goes without the entries that did not fit, and may use the reserve") {
  Bench bench;
  bench.admit(EventClass::billing, Waiter{1});
  bench.done(bench.close(), CommitStatus::map_full);
  bench.intake.evict(bench.now(), eviction_of(9));
  const auto room = bench.close();
  REQUIRE(room != nullptr);
  CHECK(room->makes_room);
  CHECK(room->records.size() == 1);
  bench.done(room);
  const auto again = bench.close();
  REQUIRE(again != nullptr);
  CHECK_FALSE(again->makes_room);
  CHECK(again->records.at(0)->sequence == room->records.at(0)->sequence + 1);
  CHECK(again->records.at(0)->event.event_class == EventClass::billing);
}

TEST_CASE("an eviction that did not commit goes again, with the numbers of then") {
  Bench bench;
  bench.intake.evict(bench.now(), eviction_of(9));
  const auto first = bench.close();
  bench.admit(EventClass::state);
  bench.done(first, CommitStatus::failed);
  REQUIRE(bench.intake.reopen_due(bench.now()));
  bench.reopened(true, 1);
  const auto again = bench.close();
  REQUIRE(again->records.size() == 2);
  CHECK(again->records[0]->event.id == "evt_gap");
  CHECK(again->records[0]->sequence == first->records[0]->sequence);
  CHECK(again->records[1]->ordinal == again->records[0]->ordinal + 1);
  CHECK(again->gaps[0].row->notices[0].event == again->records[0]->sequence);
}

TEST_CASE("rows of ids get the numbers of their records, also when the batch has to go again") {
  Bench bench;
  REQUIRE(bench.admit(EventClass::billing));
  Entry entry;
  entry.events.resize(3);
  entry.ids = {{0, {7, 11, 0, 5}}, {2, {7, 22, 0, 6}}};
  REQUIRE(bench.intake.admit(bench.now(), std::move(entry)));
  const auto batch = bench.close();
  const auto first = batch->records.front()->sequence;
  CHECK(batch->ids == std::vector<IdRow>{{7, 11, first + 1, 5}, {7, 22, first + 3, 6}});
  bench.done(batch, CommitStatus::failed);
  REQUIRE(bench.intake.reopen_due(bench.now()));
  bench.reopened(true, first - 1);
  CHECK(bench.close()->ids == batch->ids);
}

TEST_CASE("rows of ids go in batches that go anyway, a bounded number in each, and none is forgotten by a failure") {
  Bench bench;
  std::vector<IdRow> old(300);
  for (std::uint64_t i = 0; i < old.size(); ++i) old[i].id = i;
  bench.intake.drop_ids(old);
  bench.pass(1h);
  CHECK(bench.close() == nullptr);
  CHECK_FALSE(bench.intake.next_deadline());
  REQUIRE(bench.admit(EventClass::billing));
  const auto batch = bench.close();
  CHECK(batch->old_ids == std::vector(old.begin(), old.begin() + 256));
  bench.done(batch, CommitStatus::failed);
  REQUIRE(bench.intake.reopen_due(bench.now()));
  bench.reopened(true, batch->records.front()->sequence - 1);
  const auto again = bench.close();
  CHECK(again->old_ids == batch->old_ids);
  bench.done(again);
  REQUIRE(bench.admit(EventClass::billing));
  CHECK(bench.close()->old_ids == std::vector(old.begin() + 256, old.end()));
}

TEST_CASE("the ids of entries that are refused after all are told") {
  Bench bench;
  Entry entry;
  entry.events.resize(1);
  entry.waiter = Waiter{3};
  entry.repeats = Repeats::yes;
  entry.ids = {{0, {7, 11, 0, 5}}};
  REQUIRE(bench.intake.admit(bench.now(), std::move(entry)));
  bench.done(bench.close(), CommitStatus::map_full);
  IntakeOutputs out;
  CHECK(bench.intake.close_batch(bench.now(), {}, out) == nullptr);
  CHECK(out.refused == std::vector{Waiter{3}});
  CHECK(out.refused_ids == std::vector<std::uint64_t>{11});
}
