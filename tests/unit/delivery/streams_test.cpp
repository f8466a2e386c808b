/// Streams one promise at a time.
#include <doctest/doctest.h>

#include <limits>
#include <string>
#include <vector>

#include "streams_world.hpp"

namespace chargehook::delivery {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

std::string key(int i) { return "charger/CP-" + std::to_string(i); }

/// The keys of what is under way, oldest attempt first.
std::vector<std::string> keys_under_way(const World& world) {
  std::vector<std::string> keys;
  for (const auto& [id, attempt] : world.attempts) keys.push_back(attribute(attempt.request, "partitionkey"));
  return keys;
}

std::vector<std::string> classes_under_way(const World& world) {
  std::vector<std::string> classes;
  for (const auto& [id, attempt] : world.attempts) classes.push_back(attribute(attempt.request, "eventclass"));
  return classes;
}

EndpointStatus status_of(const World& world, std::size_t i = 0) { return world.streams->status().at(i); }

const model::StreamRow& row(World& world, EventClass event_class, std::uint32_t generation) {
  return world.store.at({1, event_class, generation});
}

World world_with(const std::string& filter, int connections = 4) {
  World world;
  world.configure({endpoint_config("ops", filter, connections)});
  return world;
}

constexpr auto billing = EventClass::billing;
constexpr auto safety = EventClass::safety;
constexpr auto state = EventClass::state;
constexpr auto telemetry = EventClass::telemetry;

}  // namespace

TEST_CASE("one key goes one at a time, other keys beside it") {
  World world = world_with("all");
  for (int i = 0; i < 3; ++i) world.emit(state, key(1));
  world.emit(state, key(2));
  CHECK(keys_under_way(world) == std::vector{key(1), key(2)});
  world.answer_first(200);
  CHECK(keys_under_way(world) == std::vector{key(2), key(1)});
  world.drain();
  CHECK(world.receiver.count("9f3c5a0b11d2e347/ops/state/1") == 4);
}

TEST_CASE("an attempt carries what the sender needs") {
  World world = world_with("all", 3);
  world.emit(state, key(1));
  const auto& attempt = world.attempts.begin()->second;
  CHECK(attempt.endpoint == 1);
  CHECK(attempt.connections == 3);
  CHECK(attempt.connect_timeout == seconds{5});
  CHECK(attempt.total_deadline == seconds{15});
  CHECK(attempt.request.url.host == "ops.example.com");
}

TEST_CASE("at most twice the connections are under way, over all classes") {
  World world = world_with("all", 2);
  for (int i = 0; i < 20; ++i) world.emit(i % 2 == 0 ? state : safety, key(i));
  CHECK(world.attempts.size() == 4);
  world.answer_first(200);
  CHECK(world.attempts.size() == 4);
  world.drain();
  CHECK(world.receiver.accepted() == 20);
}

TEST_CASE("a fresh fault overtakes a backlog of telemetry, which still gets its share") {
  World world = world_with("all", 1);
  for (int i = 0; i < 100; ++i) world.emit(telemetry, key(i));
  REQUIRE(classes_under_way(world) == std::vector<std::string>{"telemetry", "telemetry"});
  world.emit(safety, key(1));
  world.answer_first(200);
  CHECK(classes_under_way(world).back() == "safety");

  for (int i = 0; i < 200; ++i) {
    world.emit(safety, key(1000 + i));
    world.emit(billing, key(1000 + i));
    world.emit(state, key(1000 + i));
  }
  std::map<std::string, int> sent;
  for (int i = 0; i < 80; ++i) {
    world.answer_first(200);
    ++sent[classes_under_way(world).back()];
  }
  CHECK(sent["safety"] == 30);
  CHECK(sent["billing"] == 30);
  CHECK(sent["state"] == 10);
  CHECK(sent["telemetry"] == 10);
}

TEST_CASE("telemetry goes to the endpoint that it was gathered for, whatever the filter of others says") {
  World world;
  world.configure({endpoint_config("ops", "all"), endpoint_config("energy", "telemetry.*")});
  std::map<std::string, std::uint64_t> made;
  for (int i = 0; i < 20; ++i) {
    const Item item = world.append(telemetry, key(i));
    ++made[item.event->subject];
    world.commit(telemetry, {item});
  }
  REQUIRE(made.size() == 2);
  world.drain();
  CHECK(world.receiver.count("9f3c5a0b11d2e347/ops/telemetry/1") == made["telemetry/ops"]);
  CHECK(world.receiver.count("9f3c5a0b11d2e347/energy/telemetry/1") == made["telemetry/energy"]);
  for (const auto& [id, row] : world.store) world.check_row(row);
}

TEST_CASE("a failing endpoint gets one attempt at a time, at least a second apart") {
  World world = world_with("all", 4);
  for (int i = 0; i < 30; ++i) world.emit(state, key(i));
  REQUIRE(world.attempts.size() == 8);
  while (!world.attempts.empty()) world.answer_first(503);
  CHECK(status_of(world).failures_in_a_row == 1);  // eight under way at once, one failure
  CHECK(status_of(world).failed_attempts == 8);
  CHECK(status_of(world).last_failure == "503 Service Unavailable");

  auto last = world.now.boot;
  for (int i = 0; i < 40; ++i) {
    REQUIRE(world.advance_to_deadline());
    REQUIRE(world.attempts.size() == 1);
    CHECK(world.now.boot - last >= seconds{1});
    CHECK(world.now.boot - last <= seconds{301});
    CHECK(keys_under_way(world) == std::vector{key(0)});  // the oldest is the probe
    last = world.now.boot;
    world.advance(milliseconds{10});
    world.fail(world.attempts.begin()->first, Phase::connect);
  }
  CHECK(status_of(world).failures_in_a_row == 41);
  CHECK(status_of(world).next_attempt == world.streams->next_deadline());

  REQUIRE(world.advance_to_deadline());
  world.answer_first(200);
  CHECK(world.attempts.size() == 8);  // all at once again
  CHECK_FALSE(status_of(world).next_attempt);
  CHECK(status_of(world).last_failure.empty());
  world.drain();
  CHECK(world.receiver.accepted() == 30);
}

TEST_CASE("a configured delay below a second does not make a failing endpoint busier") {
  World world;
  auto config = endpoint_config("ops", "all");
  config.retry = {milliseconds{0}, milliseconds{10}};
  world.configure({config});
  world.emit(state, key(1));
  const auto start = world.now.boot;
  world.answer_first(500);
  REQUIRE(world.advance_to_deadline());
  CHECK(world.now.boot - start == seconds{1});
  world.answer_first(422);
  REQUIRE(world.advance_to_deadline());
  CHECK(world.now.boot - start == seconds{2});
}

TEST_CASE("what the receiver asked for is kept, also if others of the same moment got through") {
  World world = world_with("all", 2);
  for (int i = 0; i < 8; ++i) world.emit(state, key(i));
  world.answer_first(429, "60");
  world.answer_first(200);
  world.answer_first(200);
  CHECK(world.attempts.size() == 1);
  world.answer_first(429, "120");
  CHECK(world.attempts.empty());
  const auto wait = *world.streams->next_deadline() - world.now.boot;
  CHECK(wait >= seconds{120});
  CHECK(wait <= seconds{121});
  world.advance(seconds{119});
  CHECK(world.attempts.empty());
  world.drain();
  CHECK(world.receiver.accepted() == 8);
}

TEST_CASE("a refused event holds back its own key only, and is tried again for ever") {
  World world = world_with("all", 4);
  world.emit(state, key(1));
  world.answer_first(422);
  world.emit(state, key(1));
  world.emit(state, key(2));
  CHECK(keys_under_way(world) == std::vector{key(2)});
  world.answer_first(200);
  CHECK(status_of(world).failures_in_a_row == 0);
  CHECK(world.streams->has_changed_rows() == false);  // the refused one is the oldest: the cursor waits
  for (int i = 0; i < 50; ++i) {
    const auto before = world.now.boot;
    REQUIRE(world.advance_to_deadline());
    CHECK(world.now.boot - before >= seconds{1});
    CHECK(keys_under_way(world) == std::vector{key(1)});
    world.answer_first(400);
  }
  world.drain();
  CHECK(world.receiver.accepted() == 3);
  CHECK(world.store.at({1, state, 1}).cursor.n == 3);
}

TEST_CASE("a refusal as the answer to a probe proves that the endpoint is back") {
  World world = world_with("all", 4);
  for (int i = 0; i < 5; ++i) world.emit(state, key(i));
  while (!world.attempts.empty()) world.answer_first(503);
  REQUIRE(world.advance_to_deadline());
  world.answer_first(413);
  CHECK(world.attempts.size() == 4);
  CHECK(status_of(world).failures_in_a_row == 0);
  CHECK(status_of(world).last_failure == "413 Content Too Large");
}

TEST_CASE("a backlog is read from the log in pieces and memory stays bounded") {
  World world = world_with("all", 4);
  std::vector<Item> items;
  for (int i = 0; i < 100'000; ++i) items.push_back(world.append(state, key(i % 40)));
  world.commit(state, items);
  CHECK(world.attempts.size() == 8);
  std::size_t most = 0, reads = 0;
  while (!world.attempts.empty() || !world.reads.empty()) {
    most = std::max(most, status_of(world).undelivered_at_least[2]);
    if (!world.reads.empty()) {
      REQUIRE(world.reads.size() == 1);
      CHECK(world.reads.front().room >= 192);
      ++reads;
      world.answer_read(world.reads.front().room);
    }
    if (!world.attempts.empty()) world.answer_first(200);
  }
  CHECK(most == 256);
  CHECK(reads <= 100'000 / 192 + 1);
  world.save_rows();
  CHECK(row(world, state, 1).cursor.n == 100'000);
  world.check_row(row(world, state, 1));
  world.receiver.check_chain("9f3c5a0b11d2e347/ops/state/1", 100'000);
}

TEST_CASE("large events fill the memory of a stream before their number does") {
  World world = world_with("all", 1);
  for (int i = 0; i < 50; ++i) world.commit(state, {world.append(state, key(i), {}, 60'000)});
  CHECK(status_of(world).undelivered_at_least[2] == 5);
  world.drain();
  CHECK(world.receiver.accepted() == 50);
}

TEST_CASE("a stream that lags takes nothing fresh, so that nothing is skipped") {
  World world = world_with("all", 1);
  std::vector<Item> items;
  for (int i = 0; i < 300; ++i) items.push_back(world.append(state, key(i)));
  world.commit(state, items);
  world.emit(state, key(1));
  CHECK(status_of(world).undelivered_at_least[2] == 256);
  world.drain();
  world.receiver.check_chain("9f3c5a0b11d2e347/ops/state/1", 301);
}

TEST_CASE("a restart sends again only what is beyond the stored cursor, under the same numbers") {
  World world = world_with("all", 4);
  for (int i = 0; i < 20; ++i) world.emit(state, key(i % 7));
  for (int i = 0; i < 9; ++i) world.answer_first(200);
  world.save_rows();
  const auto saved = row(world, state, 1).cursor.n;
  for (int i = 0; i < 5; ++i) world.answer_first(200);
  world.restart();
  const auto before = world.receiver.accepted();
  world.drain();
  CHECK(world.receiver.accepted() - before == 20 - saved);
  world.receiver.check_chain("9f3c5a0b11d2e347/ops/state/1", 20);
}

TEST_CASE("after a restart the backlog is asked for without any outside input") {
  World world = world_with("all");
  world.emit(state, key(1));
  world.restart();
  REQUIRE(world.reads.size() == 1);
  world.answer_read();
  CHECK(world.attempts.size() == 1);
}

TEST_CASE("a new filter opens the next generation at the old cursor, silent until its row is stored") {
  World world = world_with("session.ended, charger.*");
  world.emit(billing, key(1));
  world.emit(billing, key(2));
  world.answer_first(200);
  world.configure({endpoint_config("ops", "session.*")}, false);
  CHECK(world.attempts.size() == 1);  // of the old generation
  world.emit(billing, key(3));
  CHECK(world.attempts.size() == 1);
  CHECK(world.reads.size() == 1);
  world.answer_read();
  CHECK(world.attempts.size() == 1);
  world.commit_configuration();
  CHECK(world.attempts.size() == 3);

  CHECK(row(world, billing, 1).closed);
  CHECK(row(world, billing, 1).cursor.n == 1);
  CHECK(row(world, billing, 2).start == row(world, billing, 1).cursor.sequence);
  CHECK(row(world, billing, 2).cursor.n == 0);
  CHECK(row(world, billing, 2).cursor.hash == chain_start("9f3c5a0b11d2e347/ops/billing/2"));
  CHECK(row(world, billing, 2).filter == "session.*");
  CHECK(row(world, state, 1).closed);
  CHECK_FALSE(world.store.contains({1, state, 2}));
  world.drain();
  CHECK(world.receiver.count("9f3c5a0b11d2e347/ops/billing/2") == 2);
}

TEST_CASE("two configurations in a row wait for both their rows") {
  World world = world_with("session.*");
  DeliveryOutputs out;
  const std::map<std::string, std::uint32_t> numbers{{"ops", 1}};
  REQUIRE(world.streams->configure({endpoint_config("ops", "session.ended")}, numbers, {}, {}).rows.size() == 2);
  REQUIRE(world.streams->configure({endpoint_config("ops", "all")}, numbers, {}, {}).rows.size() == 5);
  world.streams->committed(world.now, billing, {world.append(billing, key(1))}, 100, out);
  world.streams->rows_committed(world.now, out);
  CHECK(out.attempts.empty());
  world.streams->rows_committed(world.now, out);
  CHECK(out.attempts.size() == 1);
}

TEST_CASE("the same filter written another way changes nothing") {
  World world = world_with("session.*, fault.*");
  DeliveryOutputs out;
  CHECK(world.streams->configure({endpoint_config("ops", "fault.raised,fault.*,session.*")}, {{"ops", 1}}, {}, {})
            .empty());
}

TEST_CASE("a removed endpoint's streams are closed and what was under way is ignored") {
  World world;
  world.configure({endpoint_config("ops", "all"), endpoint_config("fleet", "all")});
  world.emit(state, key(1));
  REQUIRE(world.attempts.size() == 2);
  world.configure({endpoint_config("fleet", "all")});
  CHECK(row(world, state, 1).closed);
  CHECK_FALSE(world.store.at({2, state, 1}).closed);
  const auto old = world.attempts.begin()->first;
  CHECK(world.attempts.at(old).endpoint == 1);
  world.answer(old, 503);
  CHECK(world.streams->status().size() == 1);
  CHECK(status_of(world).failed_attempts == 0);

  world.drain();
  world.configure({endpoint_config("ops", "all"), endpoint_config("fleet", "all")});
  CHECK(row(world, state, 2).start == world.log[state].back().sequence);  // what happened meanwhile is not sent
  world.emit(state, key(2));
  world.drain();
  CHECK(row(world, state, 2).cursor.n == 1);
}

TEST_CASE("a changed URL voids what is under way to the old one and sends it to the new one") {
  World world = world_with("all");
  world.emit(state, key(1));
  world.emit(state, key(1));
  auto config = endpoint_config("ops", "all");
  config.url.host = "new.example.com";
  world.configure({config});
  REQUIRE(world.attempts.size() == 2);
  CHECK(world.attempts.rbegin()->second.request.url.host == "new.example.com");
  world.answer_first(200);  // from the old one
  CHECK(status_of(world).delivered == 0);
  CHECK(world.attempts.size() == 1);
  world.drain();
  CHECK(status_of(world).delivered == 2);
}

TEST_CASE("a changed secret makes a failing endpoint try at once") {
  World world = world_with("all");
  world.emit(state, key(1));
  world.answer_first(401, "3600");
  CHECK(world.attempts.empty());
  auto config = endpoint_config("ops", "all");
  config.secret = "another-key-of-24-bytes!";
  world.configure({config});
  CHECK(world.attempts.size() == 1);
}

TEST_CASE("a changed time limit leaves what is under way alone") {
  World world = world_with("all");
  world.emit(state, key(1));
  auto config = endpoint_config("ops", "all");
  config.total_deadline = seconds{30};
  world.configure({config});
  CHECK(world.attempts.size() == 1);
  world.answer_first(200);
  CHECK(status_of(world).delivered == 1);
  world.emit(state, key(1));
  CHECK(world.attempts.begin()->second.total_deadline == seconds{30});
}

TEST_CASE("the floor follows the slowest stream that wants the class, and only rows that were handed out") {
  constexpr auto no_limit = std::numeric_limits<model::Sequence>::max();
  World world;
  CHECK(world.streams->delivered_floor(state) == no_limit);
  world.configure({endpoint_config("ops", "all"), endpoint_config("bills", "session.*")});
  CHECK(world.streams->delivered_floor(telemetry) == 0);
  world.emit(state, key(1));
  world.emit(billing, key(1));
  world.answer_first(200);
  CHECK(world.streams->delivered_floor(state) == 0);
  world.save_rows();
  CHECK(world.streams->delivered_floor(state) == world.log[state].back().sequence);
  world.answer_first(200);
  world.save_rows();
  CHECK(world.streams->delivered_floor(billing) == 0);  // the other endpoint has not got it
  world.drain();
  CHECK(world.streams->delivered_floor(billing) == world.log[billing].back().sequence);
  world.configure({endpoint_config("bills", "session.*")});
  CHECK(world.streams->delivered_floor(state) == no_limit);
}

TEST_CASE("stored streams pin their records before the first configuration") {
  World world = world_with("all");
  world.emit(state, key(1));
  world.drain();
  Streams restarted{world_store, {}, 1};
  restarted.restore({row(world, state, 1)}, {});
  CHECK(restarted.delivered_floor(state) == row(world, state, 1).cursor.sequence);
}

TEST_CASE("records that do not match move the floor at once and the row now and then") {
  World world = world_with("session.ended");
  for (int i = 0; i < 999; ++i) world.emit(billing, key(i), "payment.completed");
  CHECK(world.attempts.empty());
  CHECK(world.streams->delivered_floor(billing) == world.log[billing].back().sequence);
  CHECK_FALSE(world.streams->has_changed_rows());
  world.emit(billing, key(1), "payment.completed");
  CHECK(world.streams->has_changed_rows());
  world.save_rows();
  CHECK_FALSE(world.streams->has_changed_rows());
  CHECK(row(world, billing, 1).cursor.n == 0);
  CHECK(row(world, billing, 1).cursor.sequence == world.log[billing].back().sequence);
}

TEST_CASE("nothing is sent after a stop, what is under way still counts") {
  World world = world_with("all", 1);
  for (int i = 0; i < 5; ++i) world.emit(state, key(i));
  world.streams->stop();
  CHECK_FALSE(world.streams->next_deadline());
  world.answer_first(200);
  world.answer_first(200);
  world.advance(seconds{1000});
  CHECK(world.attempts.empty());
  CHECK(status_of(world).delivered == 2);
  world.save_rows();
  CHECK(row(world, state, 1).cursor.n == 2);
}

TEST_CASE("answers that nobody waits for change nothing") {
  World world = world_with("session.*");
  DeliveryOutputs out;
  AttemptResult unknown;
  unknown.id = AttemptId{4711};
  world.streams->attempt_done(world.now, unknown, out);
  const auto item = world.append(billing, key(1));
  for (const auto& id :
       {model::StreamId{1, billing, 1}, model::StreamId{1, billing, 9}, model::StreamId{9, state, 1}}) {
    world.streams->records_read(world.now, id, {item}, item.sequence, out);
  }
  CHECK(out.attempts.empty());
  CHECK(out.reads.empty());
}

TEST_CASE("a log that has not what was promised is asked again when it grows, not in a circle") {
  World world = world_with("all", 1);
  std::vector<Item> items;
  for (int i = 0; i < 257; ++i) items.push_back(world.append(state, key(i)));
  world.commit(state, items);
  while (world.reads.empty()) world.answer_first(200);
  const auto want = world.reads.front();
  world.reads.clear();
  DeliveryOutputs out;
  world.streams->records_read(world.now, want.stream, {}, want.after, out);
  CHECK(out.reads.empty());
  world.emit(state, key(1));
  REQUIRE(world.reads.size() == 1);
  CHECK(world.reads.front().after == want.after);
}

}  // namespace chargehook::delivery
