/// Points of the chain, as the cursor passes them. The world checks each row that is written against its log.
#include <doctest/doctest.h>

#include <algorithm>

#include "streams_world.hpp"

namespace chargehook::delivery {

using namespace std::chrono_literals;

namespace {

constexpr auto state = EventClass::state;

std::vector<Item> append(World& world, int count) {
  std::vector<Item> items;
  for (int i = 0; i < count; ++i) items.push_back(world.append(state, "charger/CP-" + std::to_string(i % 3)));
  return items;
}

void answer_all(World& world) {
  while (!world.reads.empty() || !world.attempts.empty()) {
    if (!world.reads.empty()) world.answer_read();
    if (!world.attempts.empty()) world.answer_first(200);
  }
}

std::vector<std::uint64_t> numbers(const World& world) {
  std::vector<std::uint64_t> all;
  for (const auto& [place, point] : world.points) all.push_back(point.n);
  return all;
}

}  // namespace

TEST_CASE("a cursor that goes on one by one leaves a point with the event of each 256th number, and no other") {
  World world;
  world.configure({endpoint_config("crm", "charger.*")});
  for (int i = 1; i <= 255; ++i) world.commit(state, append(world, 1));
  for (int i = 1; i <= 255; ++i) world.emit(state, "user/U-1", "user.created");  // counts for nobody here
  answer_all(world);
  world.save_rows();
  CHECK(world.points.empty());
  world.commit(state, append(world, 1));
  const auto at = world.log[state].back().sequence;
  answer_all(world);
  world.emit(state, "user/U-1", "user.created");
  world.save_rows();
  REQUIRE(numbers(world) == std::vector<std::uint64_t>{256});
  CHECK(world.points.begin()->second.sequence == at);
}

TEST_CASE("a point comes with the row of the cursor that has passed it, and once") {
  World world;
  world.configure({endpoint_config("crm", "charger.*")});
  world.commit(state, append(world, 300));
  answer_all(world);
  const auto changes = world.streams->take_changed_rows();
  REQUIRE(changes.points.size() == 1);
  REQUIRE(changes.rows.size() == 1);
  CHECK(changes.rows[0].cursor.n == 300);
  world.commit(state, append(world, 10));
  answer_all(world);
  CHECK(world.streams->take_changed_rows().points.empty());
}

TEST_CASE("a cursor that passes several multiples between two commits leaves a point at each") {
  World world;
  world.configure({endpoint_config("crm", "charger.*")});
  world.commit(state, append(world, 1100));
  answer_all(world);
  world.save_rows();
  CHECK(numbers(world) == std::vector<std::uint64_t>{256, 512, 768, 1024});
}

TEST_CASE("a restart before the cursor is durable leaves the same points, one behind it the following ones") {
  World world;
  world.configure({endpoint_config("crm", "charger.*")});
  world.commit(state, append(world, 600));
  answer_all(world);
  const auto lost = world.streams->take_changed_rows().points;  // the process dies
  world.restart();
  world.drain();
  REQUIRE(numbers(world) == std::vector<std::uint64_t>{256, 512});
  CHECK(std::ranges::equal(lost, world.points, {}, {}, [](const auto& entry) { return entry.second; }));
  world.restart();
  world.commit(state, append(world, 200));
  world.drain();
  CHECK(numbers(world) == std::vector<std::uint64_t>{256, 512, 768});
}

TEST_CASE("numbers that are given up leave their points in the commit that deletes the records") {
  World world;
  world.configure({endpoint_config("crm", "charger.*", 1)});
  world.commit(state, append(world, 900));
  while (!world.attempts.empty()) world.answer_first(503);
  const std::vector<Item> passed{world.log[state].begin(), world.log[state].begin() + 800};
  REQUIRE(world.streams->hold_up_to(state, passed.back().sequence));
  const auto given_up = world.streams->give_up(state, passed, passed.back().sequence);
  REQUIRE(given_up.size() == 1);
  REQUIRE(given_up[0].points.size() == 3);
  CHECK(given_up[0].points[2].n == 768);
  CHECK(given_up[0].points[2].sequence == world.log[state][767].sequence);
  world.write({{given_up[0].row}, given_up[0].pend, given_up[0].points});
  world.given_up_to = 800;
  world.streams->hold_up_to(state, 0);
  world.commit(state, append(world, 300));
  world.drain();
  CHECK(numbers(world) == std::vector<std::uint64_t>{256, 512, 768, 1024});
}

TEST_CASE("a stream that is closed takes with it what its cursor has passed since the last commit") {
  World world;
  world.configure({endpoint_config("crm", "charger.*")});
  world.commit(state, append(world, 300));
  answer_all(world);
  SUBCASE("by another filter") { world.configure({endpoint_config("crm", "all")}); }
  SUBCASE("with its endpoint") { world.configure({endpoint_config("other", "all")}); }
  CHECK(numbers(world) == std::vector<std::uint64_t>{256});
}

TEST_CASE("a new generation has points of its own numbers") {
  World world;
  world.configure({endpoint_config("crm", "charger.*")});
  world.commit(state, append(world, 300));
  world.drain();
  world.configure({endpoint_config("crm", "all")});
  world.commit(state, append(world, 300));
  world.drain();
  CHECK(numbers(world) == std::vector<std::uint64_t>{256, 256});
}

}  // namespace chargehook::delivery
