#include <doctest/doctest.h>

#include "streams_world.hpp"

namespace chargehook::delivery {

using namespace std::chrono_literals;

namespace {

/// The world's log of a class, from its begin to `up_to`.
std::vector<Item> head(const World& world, EventClass event_class, std::size_t count) {
  const auto& log = world.log.at(event_class);
  return {log.begin(), log.begin() + static_cast<std::ptrdiff_t>(count)};
}

void emit(World& world, int count) {
  for (int i = 0; i < count; ++i) world.emit(EventClass::state, "charger/CP-" + std::to_string(i % 3));
}

}  // namespace

TEST_CASE("what is given up uses up its numbers, and the chain goes over it") {
  World world;
  world.configure({endpoint_config("crm", "charger.*", 1)});
  emit(world, 400);  // far more than lies loaded
  while (!world.attempts.empty()) world.answer_first(503);
  const auto passed = head(world, EventClass::state, 350);
  REQUIRE(world.attempts.empty());
  REQUIRE(world.streams->hold_up_to(EventClass::state, passed.back().sequence));
  const auto given_up = world.streams->give_up(EventClass::state, passed, passed.back().sequence);
  REQUIRE(given_up.size() == 1);
  const auto& row = given_up[0].row;
  world.check_row(row);
  CHECK(row.cursor.n == 350);
  REQUIRE(given_up[0].gap.has_value());
  const auto& gap = *given_up[0].gap;
  REQUIRE(gap.ranges.size() == 1);
  CHECK(gap.ranges[0].from_n == 1);
  CHECK(gap.ranges[0].to_n == 350);
  CHECK(gap.ranges[0].before == chain_start(given_up[0].name));
  CHECK(gap.ranges[0].after == row.cursor.hash);
  CHECK(gap.events == 350);
  CHECK(gap.devices.size() == 3);
  world.write({{row}, given_up[0].pend, given_up[0].points});
  world.given_up_to = 350;
  const auto started = world.started;
  world.advance(1h);
  CHECK(world.started == started);  // not before the loss is durable
  world.streams->hold_up_to(EventClass::state, 0);
  world.drain();
  CHECK(world.receiver.count(given_up[0].name) == 50);
  CHECK(world.receiver.has(given_up[0].name, 351));
}

TEST_CASE("what was delivered out of order before it is given up is not told to be lost") {
  World world;
  world.configure({endpoint_config("crm", "charger.*", 1)});
  world.emit(EventClass::state, "charger/CP-1");
  world.emit(EventClass::state, "charger/CP-2");
  world.emit(EventClass::state, "charger/CP-2");
  world.answer_first(422);  // the first is refused for its content and waits
  while (!world.attempts.empty()) world.answer_first(200);
  world.emit(EventClass::state, "charger/CP-1");
  const auto passed = head(world, EventClass::state, 4);
  REQUIRE(world.streams->hold_up_to(EventClass::state, passed.back().sequence));
  const auto given_up = world.streams->give_up(EventClass::state, passed, passed.back().sequence);
  REQUIRE(given_up.at(0).gap.has_value());
  const auto& ranges = given_up[0].gap->ranges;
  REQUIRE(ranges.size() == 2);
  CHECK(ranges[0].to_n == 1);
  CHECK(ranges[1].from_n == 4);
  CHECK(given_up[0].gap->events == 2);
  world.check_row(given_up[0].row);
}

TEST_CASE("what the disk no longer gives back keeps the number under which it was sent") {
  World world;
  world.configure({endpoint_config("crm", "charger.*", 1)});
  emit(world, 400);
  world.answer_first(200);
  world.answer_first(200);
  while (!world.attempts.empty()) world.answer_first(503);
  auto passed = head(world, EventClass::state, 350);
  passed.erase(passed.begin() + 3);  // in memory and not sent
  passed.erase(passed.begin());      // and one that was
  REQUIRE(world.streams->hold_up_to(EventClass::state, passed.back().sequence));
  const auto given_up = world.streams->give_up(EventClass::state, passed, passed.back().sequence);
  REQUIRE(given_up.at(0).gap.has_value());
  const auto& ranges = given_up[0].gap->ranges;
  REQUIRE(ranges.size() == 1);
  CHECK(ranges[0].from_n == 3);
  CHECK(ranges[0].to_n == 350);
  CHECK(given_up[0].gap->events == 348);
  world.check_row(given_up[0].row);
}

TEST_CASE("what is under way is waited for, and nothing more of it starts meanwhile") {
  World world;
  world.configure({endpoint_config("crm", "charger.*", 1)});
  emit(world, 3);
  REQUIRE_FALSE(world.attempts.empty());
  const auto passed = head(world, EventClass::state, 3);
  CHECK_FALSE(world.streams->hold_up_to(EventClass::state, passed.back().sequence));
  while (!world.attempts.empty()) world.answer_first(200);
  CHECK(world.streams->hold_up_to(EventClass::state, passed.back().sequence));
  CHECK(world.attempts.empty());
  const bool all_started_at_once = world.started == 3;
  const auto given_up = world.streams->give_up(EventClass::state, passed, passed.back().sequence);
  CHECK(given_up.at(0).gap.has_value() == !all_started_at_once);
}

TEST_CASE("held records go again when they are let go") {
  World world;
  world.configure({endpoint_config("crm", "charger.*", 1)});
  emit(world, 5);
  world.streams->hold_up_to(EventClass::state, 1'000'000);
  while (!world.attempts.empty()) world.answer_first(200);
  world.streams->hold_up_to(EventClass::state, 0);
  world.drain();
  CHECK(world.receiver.count(world.name_of({1, EventClass::state, 1})) == 5);
}

TEST_CASE("a gap event is counted by the endpoint that it is about, whatever the filter, and by no other") {
  World world;
  world.configure({endpoint_config("crm", "charger.booted"), endpoint_config("all", "all")});
  auto item = world.append(EventClass::state, model::endpoint_subject("crm"), std::string{model::gap_type});
  world.commit(EventClass::state, {item});
  world.drain();
  CHECK(world.receiver.count(world.name_of({1, EventClass::state, 1})) == 1);
  CHECK(world.receiver.count(world.name_of({2, EventClass::state, 1})) == 0);
}

TEST_CASE("a gap event that goes itself counts as a number, not as an event") {
  World world;
  world.configure({endpoint_config("crm", "charger.*", 1)});
  world.emit(EventClass::state, "charger/CP-1");
  world.answer_first(503);
  auto item = world.append(EventClass::state, model::endpoint_subject("crm"), std::string{model::gap_type});
  world.commit(EventClass::state, {item});
  const auto passed = head(world, EventClass::state, 2);
  REQUIRE(world.streams->hold_up_to(EventClass::state, item.sequence));
  const auto given_up = world.streams->give_up(EventClass::state, passed, item.sequence);
  CHECK(given_up.at(0).lost_gaps == std::vector<model::Sequence>{item.sequence});
  CHECK(given_up[0].gap->events == 1);
  CHECK(given_up[0].gap->ranges.at(0).to_n == 2);
}

TEST_CASE("a stream that had delivered all loses nothing, and its row is there for the commit that deletes") {
  World world;
  world.configure({endpoint_config("crm", "charger.*")});
  emit(world, 3);
  while (!world.attempts.empty()) world.answer_first(200);
  const auto passed = head(world, EventClass::state, 3);
  const auto given_up = world.streams->give_up(EventClass::state, passed, passed.back().sequence);
  REQUIRE(given_up.size() == 1);
  CHECK_FALSE(given_up[0].gap.has_value());
  CHECK(given_up[0].row.cursor.n == 3);
  CHECK(world.streams->give_up(EventClass::state, passed, passed.back().sequence).empty());
}

}  // namespace chargehook::delivery
