/// Streams under random histories: whatever happens, receivers see each stream whole and each device in order.
#include <doctest/doctest.h>

#include <set>
#include <string>
#include <vector>

#include "delivery/random.hpp"
#include "streams_world.hpp"

namespace chargehook::delivery {
namespace {

class History {
 public:
  explicit History(std::uint64_t seed) : world(seed), random_(seed) {
    world.configure(configs("all", "session.*, fault.*"));
  }

  void step() {
    switch (random_.up_to(15)) {
      case 0:
        world.advance(std::chrono::milliseconds{random_.up_to(4000)});
        break;
      case 1:
        world.advance_to_deadline();
        break;
      case 2:
        world.save_rows();
        pending += world.pend.size();
        break;
      case 3:
      case 4:
      case 5:
        append_some();
        break;
      case 6:
        if (random_.up_to(9) == 0) restart();
        break;
      case 7:
        if (random_.up_to(19) == 0) change_configuration();
        break;
      case 8:
      case 9:
        if (!world.reads.empty()) world.answer_read(1 + random_.up_to(100));
        break;
      default:
        end_one();
        break;
    }
    world.check_under_way();
  }

  /// Everything works again; afterwards each open stream has delivered all that its filter matches.
  void finish() {
    disliked_.clear();
    world.drain();
    CHECK(world.pend.empty());
    for (const auto& [id, row] : world.store) {
      world.check_row(row);
      const bool is_whole = !row.closed || !world.abandoned.contains(id);
      if (is_whole) world.receiver.check_chain(world.name_of(id), row.cursor.n);
      if (row.closed || world.log[id.event_class].empty()) continue;
      CHECK(row.cursor.sequence >= last_match(row));
      CHECK(world.receiver.count(world.name_of(id)) == row.cursor.n);
    }
    for (const auto& status : world.streams->status()) {
      CHECK(status.undelivered_at_least == std::array<std::uint64_t, 4>{});
      CHECK(status.failures_in_a_row == 0);
    }
  }

  World world;
  int restarts = 0, changes = 0, refusals = 0, failures = 0;  ///< a history without them proves little
  std::size_t pending = 0;                                    ///< the same

 private:
  static std::vector<EndpointConfig> configs(const std::string& a, const std::string& b) {
    return {endpoint_config("a", a, 3), endpoint_config("b", b, 1)};
  }

  void restart() {
    ++restarts;
    world.restart();
  }

  void append_some() {
    const auto event_class = static_cast<EventClass>(random_.up_to(3));
    std::vector<Item> items;
    const auto count = random_.up_to(9) == 0 ? 300 : random_.up_to(6);
    for (std::uint64_t i = 0; i < count; ++i) {
      const bool is_other = event_class == EventClass::billing && random_.up_to(3) == 0;
      const std::size_t bytes = random_.up_to(50) == 0 ? 30'000 : 2;
      items.push_back(world.append(event_class, "charger/" + std::to_string(random_.up_to(5)),
                                   is_other ? "payment.completed" : "", bytes));
      if (random_.up_to(200) == 0) disliked_.insert(items.back().event->id);
    }
    if (!items.empty()) world.commit(event_class, items);
  }

  void end_one() {
    if (world.attempts.empty()) return;
    auto chosen = world.attempts.begin();
    std::advance(chosen, static_cast<std::ptrdiff_t>(random_.up_to(world.attempts.size() - 1)));
    const AttemptId id = chosen->first;
    const auto ending = random_.up_to(19);
    if (disliked_.contains(attribute(chosen->second.request, "id"))) return world.answer(id, 422);
    failures += ending <= 1 || ending == 3 || ending == 4 ? 1 : 0;
    refusals += ending == 2 ? 1 : 0;
    switch (ending) {
      case 0:
        return world.answer(id, 503);
      case 1:
        return world.answer(id, 429, "7");
      case 2:
        return world.answer(id, 422);
      case 3:
        return world.fail(id, Phase::connect);
      case 4:
        return world.fail(id, Phase::read, true);  // taken, but the answer was lost
      default:
        return world.answer(id, 200);
    }
  }

  void change_configuration() {
    constexpr std::array filters{"session.*, fault.*", "session.*", "all", "payment.*, telemetry.*"};
    ++changes;
    world.save_rows();
    world.configure(configs(filters[random_.up_to(3)], filters[random_.up_to(3)]));
  }

  model::Sequence last_match(const model::StreamRow& row) {
    const auto filter = Filter::from_canonical(row.filter);
    model::Sequence last = 0;
    for (const auto& item : world.log[row.id.event_class]) {
      if (world.is_for(row.id, filter, *item.event)) last = item.sequence;
    }
    return last;
  }

  Random random_;
  std::set<std::string> disliked_;  ///< ids of events that are refused until the end
};

}  // namespace

TEST_CASE("random outcomes, reads, restarts and new filters never break order, numbers or links") {
  int restarts = 0, changes = 0, refusals = 0, failures = 0;
  std::size_t pending = 0;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    CAPTURE(seed);
    History history{seed};
    for (int i = 0; i < 1500; ++i) history.step();
    history.finish();
    restarts += history.restarts;
    changes += history.changes;
    refusals += history.refusals;
    failures += history.failures;
    pending += history.pending;
  }
  CHECK(restarts > 100);
  CHECK(changes > 100);
  CHECK(refusals > 300);
  CHECK(failures > 1000);
  CHECK(pending > 300);
}

TEST_CASE("the same history twice gives the same outputs") {
  std::array<std::vector<std::string>, 2> orders;
  std::array<std::size_t, 2> started{};
  for (std::size_t run = 0; run < 2; ++run) {
    History history{77};
    for (int i = 0; i < 2000; ++i) history.step();
    history.finish();
    orders[run] = history.world.receiver.order();
    started[run] = history.world.started;
  }
  CHECK(orders[0] == orders[1]);
  CHECK(started[0] == started[1]);
  CHECK(orders[0].size() > 500);
}

}  // namespace chargehook::delivery
