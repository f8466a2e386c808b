/// Points of streams' chains on their way into the store: with the cursor that has passed them, or with an eviction.
#include <doctest/doctest.h>

#include <algorithm>

#include "world.hpp"

namespace chargehook::core {
namespace {

journal::Usage filled(double share) {
  return {10'000 + journal::reserve_pages, static_cast<std::uint64_t>(share * 10'000), {}};
}

model::Event user(int number) {
  model::Event event;
  event.id = model::make_id("evt_", {"depot-nord", "ingest", "user", std::to_string(number)});
  event.type = "user.created";
  event.subject = "user/" + std::to_string(number % 3);
  event.partition_key = event.subject;
  event.event_class = model::EventClass::state;
  event.data = R"({"user":"U-)" + std::to_string(number) + R"(","note":")" + std::string(500, 'x') + "\"}";
  return event;
}

void hand_in_users(World& world, int first, int last) {
  for (int number = first; number <= last; ++number) world.step(EventSeen{user(number)});
}

std::vector<std::uint64_t> numbers(const fakes::FakeStore& store) {
  std::vector<std::uint64_t> all;
  for (const auto& [place, point] : store.points()) all.push_back(point.n);
  return all;
}

}  // namespace

TEST_CASE("a point is part of the batch that has the cursor behind it, and others follow it after a restart") {
  fakes::FakeStore store;
  const auto config = depot({endpoint("crm", "user.*")});
  {
    World world{config, &store};
    hand_in_users(world, 1, 300);
    std::size_t batches = 0;
    for (int quiet = 0; quiet < 3;) {
      if (!world.commits_.empty() && !world.commits_.front()->points.empty()) {
        const auto& batch = *world.commits_.front();
        ++batches;
        REQUIRE(batch.points.size() == 1);
        const auto row = std::ranges::find(batch.streams, batch.points[0].stream, &model::StreamRow::id);
        REQUIRE(row != batch.streams.end());
        CHECK(row->cursor.n >= 256);
      }
      const bool moves = world.disk() || world.reader() || world.network();
      if (!moves) world.pass(1s);
      quiet = moves ? 0 : quiet + 1;
    }
    CHECK(batches == 1);
    CHECK(numbers(store) == std::vector<std::uint64_t>{256});
  }
  World again{config, &store};
  hand_in_users(again, 301, 600);
  again.run();
  CHECK(numbers(store) == std::vector<std::uint64_t>{256, 512});
}

TEST_CASE("numbers that an eviction uses up leave their points, of which the newest outlives the records") {
  fakes::FakeStore store;
  World world{depot({endpoint("crm", "user.*")}), &store};
  hand_in_users(world, 1, 600);
  settle(world);
  CHECK(store.points().empty());
  world.store_.usage = filled(0.93);
  world.step(EventSeen{payment("PSP-1")});
  std::vector<std::uint64_t> written;
  for (int quiet = 0; quiet < 3;) {
    if (!world.commits_.empty()) {
      for (const auto& point : world.commits_.front()->points) written.push_back(point.n);
    }
    const bool moves = world.disk() || world.reader() || world.network(503);
    if (!moves) world.pass(1s);
    quiet = moves ? 0 : quiet + 1;
  }
  REQUIRE_FALSE(store.gaps().empty());
  CHECK(written == std::vector<std::uint64_t>{256, 512});
  CHECK(numbers(store) == std::vector<std::uint64_t>{512});
}

}  // namespace chargehook::core
