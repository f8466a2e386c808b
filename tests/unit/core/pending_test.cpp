// The whole way of a refused event through the core: cursor and row in one commit, read back from the log, delivered.
#include <doctest/doctest.h>

#include "world.hpp"

namespace chargehook::core {
namespace {

const std::string blocked = "T-blocked";

/// Everything moves; the receiver refuses what is of the blocked terminal, but for a while.
void deliver_others(World& world, int refusal = 422) {
  for (int quiet = 0; quiet < 3;) {
    const bool is_blocked =
        !world.attempts_.empty() && world.attempts_.front().request.body.find(blocked) != std::string::npos;
    if (world.disk() || world.reader() || world.network(is_blocked ? refusal : 200)) {
      quiet = 0;
    } else {
      world.pass(1s);
      ++quiet;
    }
  }
}

ConfigPtr one_endpoint() { return depot({endpoint("crm", "payment.*")}); }

/// One payment of the blocked terminal and 400 of others.
void hand_in(World& world) {
  world.step(EventSeen{payment("first", blocked)});
  deliver_others(world);
  for (int i = 0; i < 400; ++i)
    world.step(EventSeen{payment("other-" + std::to_string(i), "T-" + std::to_string(i % 7))});
  deliver_others(world);
}

}  // namespace

TEST_CASE("a refused event is passed with a row in the same commit, and delivered from the log when it is taken") {
  World world{one_endpoint()};
  hand_in(world);
  CHECK(world.received("other-399\"") == 1);
  REQUIRE(world.store_.pend().size() == 1);
  const auto& row = world.store_.pend().begin()->second;
  CHECK(row.n == 1);
  CHECK(world.store_.streams().at(row.stream).cursor.n == 401);
  CHECK(row.refusals.status == 422);
  world.pass(24h);
  deliver_others(world, 200);
  CHECK(world.store_.pend().empty());
}

TEST_CASE("a start goes on with what was passed") {
  fakes::FakeStore store;
  {
    World world{one_endpoint(), &store};
    hand_in(world);
    world.step(EventSeen{payment("second", blocked)});
    deliver_others(world);
  }
  REQUIRE(store.pend().size() == 2);
  const auto attempts = store.pend().begin()->second.refusals.attempts;
  World world{one_endpoint(), &store};
  deliver_others(world);
  CHECK(world.received("other-") == 0);
  CHECK(world.received("second\"") == 0);  // behind the first
  CHECK(store.pend().begin()->second.refusals.attempts > attempts);
  world.pass(24h);
  deliver_others(world, 200);
  CHECK(world.received("second\"") == 1);
  CHECK(store.pend().empty());
}

TEST_CASE("a changed filter begins before what was passed, and its rows go in the commit of the new row") {
  World world{one_endpoint()};
  hand_in(world);
  REQUIRE(world.store_.pend().size() == 1);
  const auto sequence = world.store_.pend().begin()->second.sequence;
  world.step(ConfigReady{depot({endpoint("crm", "payment.*, user.*")}), "anna", nobody});
  REQUIRE_FALSE(world.commits_.empty());
  const auto batch = world.commits_.front();
  CHECK(batch->pend.size() == 1);
  const auto opened = std::ranges::find(batch->streams, false, &model::StreamRow::closed);
  REQUIRE(opened != batch->streams.end());
  deliver_others(world, 200);
  CHECK(world.store_.pend().empty());
  const auto& next = world.store_.streams().at({1, model::EventClass::billing, 2});
  CHECK(next.start == sequence - 1);
  CHECK(next.cursor.n == 401);
}

TEST_CASE("an event that waits and cannot be read any more is dropped, and its endpoint is told") {
  fakes::FakeStore store;
  {
    World world{one_endpoint(), &store};
    hand_in(world);
  }
  REQUIRE(store.pend().size() == 1);
  const auto sequence = store.pend().begin()->second.sequence;
  store.damage(sequence);
  World world{one_endpoint(), &store};
  deliver_others(world);
  CHECK(store.pend().empty());
  const std::string said =
      "billing event " + std::to_string(sequence) + ", which an endpoint had refused, cannot be read";
  CHECK(world.received(R"("reason":"corrupt","class":"billing")") == 1);
  CHECK(std::ranges::any_of(world.log_, [&](const auto& line) { return line.find(said) != std::string::npos; }));
}

}  // namespace chargehook::core
