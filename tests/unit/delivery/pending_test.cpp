// What a cursor passes although it is not done: that others go on, that the device's own events wait in order, and that
// neither a restart nor another generation loses any of it.
#include "delivery/pending.hpp"

#include <doctest/doctest.h>

#include "streams_world.hpp"

namespace chargehook::delivery {

using namespace std::chrono_literals;

namespace {

constexpr auto state = EventClass::state;
const std::string blocked = "charger/CP-9";

/// Whatever is not of the blocked device goes through; what is is refused.
void let_others_through(World& world) {
  bool any = true;
  while (any) {
    any = false;
    while (!world.reads.empty()) world.answer_read();
    for (const auto& [id, attempt] : std::map{world.attempts}) {
      const bool is_blocked = attribute(attempt.request, "partitionkey") == blocked;
      world.answer(id, is_blocked ? 422 : 200);
      any = true;
    }
  }
}

void emit_others(World& world, int count) {
  for (int i = 0; i < count; ++i) {
    world.emit(state, "charger/CP-" + std::to_string(i % 8));
    let_others_through(world);
  }
}

/// The first event of the blocked device, and others.
World refused_world(int others = 600) {
  World world;
  world.configure({endpoint_config("crm", "charger.*")});
  world.emit(state, blocked);
  let_others_through(world);
  emit_others(world, others);
  return world;
}

model::StreamId stream_of(std::uint32_t generation = 1) { return {1, state, generation}; }

}  // namespace

TEST_CASE("a refused event does not hold up the others of its class") {
  World world = refused_world();
  world.save_rows();
  CHECK(world.receiver.count(world.name_of(stream_of())) == 600);
  REQUIRE(world.pend.size() == 1);
  const auto& row = world.pend.begin()->second;
  CHECK(row.n == 1);
  CHECK(row.sequence == world.log[state].front().sequence);
  CHECK(row.state == model::PendState::waiting);
  CHECK(row.key == model::key_hash(blocked));
  CHECK(row.refusals.attempts > 0);
  CHECK(row.refusals.status == 422);
  CHECK(row.refusals.first == world.now.wall);
  CHECK(world.store.at(stream_of()).cursor.n > 256);
}

TEST_CASE("later events of a refused one's device wait behind it, and follow in order when it is taken") {
  World world = refused_world();
  for (int i = 0; i < 300; ++i) world.emit(state, blocked);
  emit_others(world, 100);
  world.save_rows();
  CHECK(world.pend.size() == 301);
  CHECK(world.streams->status().front().pending[static_cast<std::size_t>(state)] == 301);
  CHECK(world.streams->status().front().undelivered_at_least[static_cast<std::size_t>(state)] == 301);
  const auto loaded = world.attempts.size() + world.reads.size();
  CHECK(loaded == 0);
  world.drain();  // the receiver of this world refuses what comes out of order
  CHECK(world.pend.empty());
  CHECK(world.receiver.count(world.name_of(stream_of())) == 1001);
  world.receiver.check_chain(world.name_of(stream_of()), 1001);
}

TEST_CASE("a restart goes on with what was pending, its number of attempts included") {
  World world = refused_world();
  for (int i = 0; i < 5; ++i) world.emit(state, blocked);
  world.advance(1h);
  let_others_through(world);
  world.save_rows();
  const auto attempts = world.pend.begin()->second.refusals.attempts;
  const auto first = world.pend.begin()->second.refusals.first;
  CHECK(attempts >= 2);
  CHECK(world.pend.size() == 6);
  world.restart();
  let_others_through(world);
  CHECK(world.receiver.count(world.name_of(stream_of())) == 600);  // none of its device, though they are due
  world.save_rows();
  CHECK(world.pend.begin()->second.refusals.attempts == attempts + 1);
  CHECK(world.pend.begin()->second.refusals.first == first);
  world.drain();
  CHECK(world.pend.empty());
  world.receiver.check_chain(world.name_of(stream_of()), 606);
}

TEST_CASE("what was passed and not stored is found again in the log after a crash") {
  World world = refused_world();
  world.restart();  // no row was ever stored
  CHECK(world.pend.empty());
  let_others_through(world);
  world.drain();
  world.receiver.check_chain(world.name_of(stream_of()), 601);
}

TEST_CASE("the floor stays below what is pending") {
  World world = refused_world();
  world.save_rows();
  const auto first = world.log[state].front().sequence;
  CHECK(world.streams->delivered_floor(state) == first - 1);
  world.restart();
  CHECK(world.streams->delivered_floor(state) == first - 1);
  world.drain();
  CHECK(world.streams->delivered_floor(state) == world.log[state].back().sequence);
}

TEST_CASE("the floor does not pass one that is done before its deletion is handed out") {
  World world = refused_world();
  world.save_rows();
  const auto first = world.log[state].front().sequence;
  world.advance(1h);
  while (!world.reads.empty()) world.answer_read();
  REQUIRE(world.attempts.size() == 1);
  world.answer_first(200);
  CHECK(world.streams->delivered_floor(state) == first - 1);
  world.save_rows();
  CHECK(world.streams->delivered_floor(state) > first);
}

TEST_CASE("one record is read at a time, however many devices are refused") {
  World world;
  world.configure({endpoint_config("crm", "charger.*", 8)});
  for (int i = 0; i < 400; ++i) world.emit(state, "charger/refused-" + std::to_string(i));
  for (int round = 0; round < 400; ++round) {
    while (!world.reads.empty()) world.answer_read();
    while (!world.attempts.empty()) world.answer_first(422);
  }
  world.save_rows();
  CHECK(world.pend.size() > 100);
  world.advance(24h);
  std::size_t pending_reads = 0;
  for (const auto& want : world.reads) pending_reads += want.pending_n != 0 ? 1 : 0;
  CHECK(pending_reads == 1);
  world.drain();
  CHECK(world.pend.empty());
  world.receiver.check_chain(world.name_of(stream_of()), 400);
}

TEST_CASE("ten thousand rows are the most, then the stream waits, and goes on when there is room") {
  World world;
  world.configure({endpoint_config("crm", "charger.*")});
  world.emit(state, blocked);
  let_others_through(world);
  emit_others(world, 300);
  for (int i = 0; i < 10'100; ++i) world.emit(state, blocked);
  let_others_through(world);
  world.save_rows();
  CHECK(world.pend.size() == Pending::rows_max);
  emit_others(world, 20);
  CHECK(world.receiver.count(world.name_of(stream_of())) == 300);
  CHECK(world.reads.empty());  // and does not read in a circle
  world.drain();
  CHECK(world.pend.empty());
  CHECK(world.receiver.count(world.name_of(stream_of())) == 10'421);
}

TEST_CASE("while the store has no room for rows the stream waits at the refused event, and goes on when it has") {
  World world;
  world.configure({endpoint_config("crm", "charger.*")});
  world.streams->may_pend(false);
  world.emit(state, blocked);
  let_others_through(world);
  emit_others(world, 300);
  world.save_rows();
  CHECK(world.pend.empty());
  CHECK(world.receiver.count(world.name_of(stream_of())) < 300);
  world.streams->may_pend(true);
  CHECK(world.streams->next_deadline().has_value());
  let_others_through(world);
  emit_others(world, 1);
  CHECK(world.receiver.count(world.name_of(stream_of())) == 301);
  world.save_rows();
  CHECK(world.pend.size() == 1);
}

/// One event of the blocked device is pending, its next one and others wait behind it for room.
World stopped_world() {
  World world = refused_world(300);
  world.streams->may_pend(false);
  world.emit(state, blocked);
  emit_others(world, 20);
  CHECK(world.receiver.count(world.name_of(stream_of())) == 300);
  CHECK(world.reads.empty());
  return world;
}

TEST_CASE("a stream that waits for room at a device goes on without it once all of that device is taken") {
  World world = stopped_world();
  world.drain();
  CHECK(world.receiver.count(world.name_of(stream_of())) == 322);
}

TEST_CASE("a read that comes when there is no room any more is asked for again when there is") {
  World world = stopped_world();
  world.streams->may_pend(true);
  world.advance(0ms);
  REQUIRE(world.reads.size() == 1);
  world.streams->may_pend(false);
  world.answer_read();
  CHECK(world.reads.empty());
  world.streams->may_pend(true);
  world.advance(0ms);
  CHECK(world.reads.size() == 1);
  let_others_through(world);
  CHECK(world.receiver.count(world.name_of(stream_of())) == 320);
}

TEST_CASE("a pending event whose record cannot be read is dropped, and those behind it go on") {
  World world = refused_world();
  world.emit(state, blocked);
  world.save_rows();
  REQUIRE(world.pend.size() == 2);
  world.unreadable.insert(world.pend.begin()->second.sequence);
  world.restart();
  while (!world.reads.empty()) world.answer_read();
  REQUIRE(world.attempts.size() == 1);
  CHECK(attribute(world.attempts.begin()->second.request, "n") == "602");
  world.answer_first(200);
  world.given_up_to = 1;
  world.save_rows();
  CHECK(world.pend.empty());
}

TEST_CASE("a new filter begins before what is pending, and its rows go in the same commit") {
  World world = refused_world();
  world.emit(state, blocked);
  world.save_rows();
  REQUIRE(world.pend.size() == 2);
  const auto first = world.log[state].front().sequence;
  world.configure({endpoint_config("crm", "charger.*, session.*")});
  CHECK(world.pend.empty());
  CHECK(world.store.at(stream_of(1)).closed);
  CHECK(world.store.at(stream_of(2)).start == first - 1);
  world.drain();
  world.receiver.check_chain(world.name_of(stream_of(2)), 602);
}

TEST_CASE("a new filter at a start does the same") {
  World world = refused_world();
  world.save_rows();
  const auto first = world.log[state].front().sequence;
  world.restart([&] { world.configure({endpoint_config("crm", "charger.*, session.*")}); });
  CHECK(world.pend.empty());
  CHECK(world.store.at(stream_of(2)).start == first - 1);
}

TEST_CASE("the rows of a removed endpoint go with it") {
  World world = refused_world();
  world.save_rows();
  REQUIRE(world.pend.size() == 1);
  world.configure({});
  CHECK(world.pend.empty());
}

TEST_CASE("stored rows of no open stream are counted and deleted") {
  World world = refused_world();
  world.save_rows();
  auto row = world.pend.begin()->second;
  Streams restarted{world_store, {"/depot", "test", "chargehook/test"}, 1};
  row.stream.generation = 7;
  auto beyond = world.pend.begin()->second;
  beyond.n = 5000;
  std::vector<model::StreamRow> streams;
  for (const auto& [id, stream] : world.store) streams.push_back(stream);
  CHECK(restarted.restore(streams, {row, world.pend.begin()->second, beyond}) == 2);
  const auto changes = restarted.configure({endpoint_config("crm", "charger.*")}, {{"crm", 1}}, {}, {});
  CHECK(changes.rows.empty());
  CHECK(changes.pend == std::vector<model::PendPut>{{row.stream, 1, std::nullopt}, {stream_of(), 5000, std::nullopt}});
}

TEST_CASE("a changed destination tries what was pending there, too") {
  World world = refused_world();
  world.advance(1h);
  while (!world.reads.empty()) world.answer_read();
  REQUIRE(world.attempts.size() == 1);
  const auto old = world.attempts.begin()->first;
  auto moved = endpoint_config("crm", "charger.*");
  moved.url.host = "other.example.com";
  world.configure({moved});
  CHECK(world.attempts.size() == 2);
  world.answer(old, 422);  // of the old destination: says nothing
  world.answer_first(200);
  world.save_rows();
  CHECK(world.pend.empty());
}

TEST_CASE("what is pending is given up with its records: its numbers and links are told as lost") {
  World world = refused_world();
  world.emit(state, blocked);
  world.save_rows();
  REQUIRE(world.pend.size() == 2);
  const auto& log = world.log[state];
  const std::vector<Item> passed{log.begin(), log.begin() + 100};
  REQUIRE(world.streams->hold_up_to(state, passed.back().sequence));
  const auto given_up = world.streams->give_up(state, passed, passed.back().sequence);
  REQUIRE(given_up.size() == 1);
  CHECK(given_up[0].pend.size() == 1);
  REQUIRE(given_up[0].gap.has_value());
  const auto& gap = *given_up[0].gap;
  CHECK(gap.events == 1);
  REQUIRE(gap.ranges.size() == 1);
  CHECK(gap.ranges[0].from_n == 1);
  CHECK(gap.ranges[0].to_n == 1);
  const auto start = chain_start(given_up[0].name);
  CHECK(gap.ranges[0].before == start);
  CHECK(gap.ranges[0].after == chain_next(start, 1, log.front().event->id));
  CHECK(gap.devices == std::vector<std::string>{blocked});
  world.write({{given_up[0].row}, given_up[0].pend, given_up[0].points});
  CHECK(world.pend.size() == 1);
  world.given_up_to = 1;
  world.streams->hold_up_to(state, 0);
  world.drain();
  CHECK(world.receiver.has(given_up[0].name, 602));
  CHECK_FALSE(world.receiver.has(given_up[0].name, 1));
}

TEST_CASE("what is pending within the window is given up as well") {
  World world;
  world.configure({endpoint_config("crm", "charger.*", 1)});
  world.emit(state, blocked);
  world.answer_first(422);
  world.emit(state, "charger/slow");
  REQUIRE(world.attempts.size() == 1);  // under way from here on: the cursor cannot pass it
  const auto slow = world.attempts.begin()->first;
  for (int i = 0; i < 254; ++i) world.emit(state, blocked);
  world.emit(state, "charger/CP-1");  // does not fit
  world.save_rows();
  CHECK(world.pend.size() == 1);
  world.answer(slow, 503);
  const auto& log = world.log[state];
  const std::vector<Item> passed{log.begin(), log.begin() + 10};
  REQUIRE(world.streams->hold_up_to(state, passed.back().sequence));
  const auto given_up = world.streams->give_up(state, passed, passed.back().sequence);
  REQUIRE(given_up.at(0).gap.has_value());
  REQUIRE(given_up[0].gap->ranges.size() == 1);
  CHECK(given_up[0].gap->ranges[0].from_n == 1);
  CHECK(given_up[0].gap->ranges[0].to_n == 10);
  CHECK(given_up[0].gap->events == 10);
  world.check_row(given_up[0].row);
  world.write({{given_up[0].row}, given_up[0].pend, given_up[0].points});
  world.check_pend();
  world.given_up_to = 10;
  world.streams->hold_up_to(state, 0);
  world.drain();
  CHECK(world.pend.empty());
  CHECK(world.receiver.count(given_up[0].name) == 247);
}

}  // namespace chargehook::delivery
