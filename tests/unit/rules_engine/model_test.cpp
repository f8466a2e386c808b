#include <doctest/doctest.h>

#include <array>
#include <optional>
#include <random>

#include "rules/engine/deadlines.hpp"
#include "world.hpp"

namespace chargehook::rules {

namespace {

/// The rules of alarm_machine.hpp once more, the slow way: looks at everything at every tick of one second, keeps the
/// whole history, and knows no timers, no index and no programs.
class Naive {
 public:
  explicit Naive(int raise_after, int clear_after, int tolerance)
      : raise_after_(raise_after), clear_after_(clear_after), tolerance_(tolerance) {}

  /// 'R' raised, 'C' cleared, or nothing; @param load of grid in kW, nothing if unknown
  std::string tick(int now, std::optional<double> load) {
    std::string out;
    for (int turn = 0; turn < 2; ++turn) {
      const std::optional<bool> wish = !load ? std::nullopt : std::optional{raised_ ? *load < 8 : *load > 10};
      if (!wish) {
        if (since_ != never && gap_ == never) gap_ = now;
        break;
      }
      if (!*wish) {
        since_ = gap_ = never;
        break;
      }
      if (since_ == never || (gap_ != never && now - gap_ > tolerance_)) since_ = now;
      gap_ = never;
      if (now - since_ < (raised_ ? clear_after_ : raise_after_)) break;
      out += raised_ ? 'C' : 'R';
      raised_ = !raised_;
      since_ = never;
      if (!raised_) break;  // after an end nothing begins before something changes
    }
    return out;
  }

 private:
  int raise_after_, clear_after_, tolerance_;
  bool raised_ = false;
  static constexpr int never = -1;
  int since_ = never;
  int gap_ = never;
};

struct Run {
  std::string story;
  std::vector<model::Event> events;
  std::map<std::string, std::string> rows;
};

Run run(std::uint32_t seed) {
  std::mt19937 random{seed};
  const auto pick = [&](int below) { return static_cast<int>(random() % static_cast<unsigned>(below)); };
  const int raise_after = pick(8);
  const int clear_after = pick(8);
  World world{compiled({rule("limit", "grid.power > 10 kW", "grid.power < 8 kW", std::chrono::seconds{raise_after},
                             std::chrono::seconds{clear_after})})};
  Naive naive{raise_after, clear_after, 2};
  std::optional<double> load;
  Run result;
  for (int second = 0; second < 400; ++second) {
    world.at(std::chrono::seconds{second});
    // What became due by this second became due under the load before.
    std::string expected = naive.tick(second, load);
    if (pick(3) == 0) {
      load = pick(5) == 0 ? std::nullopt : std::optional{6.0 + pick(7)};
      load ? world.grid(*load) : world.grid_unknown();
      expected += naive.tick(second, load);
    } else {
      world.timer();
    }
    std::string seen;
    for (const std::string news = world.news(); const char c : news) {
      if (c == '.') seen += '.';
    }
    for (std::size_t i = world.events.size() - seen.size(), at = 0; at < seen.size(); ++i, ++at) {
      seen[at] = world.events[i].type.ends_with("raised") ? 'R' : 'C';
    }
    CHECK(seen == expected);
    result.story += seen;
  }
  result.events = world.events;
  result.rows = world.rows;
  return result;
}

}  // namespace

TEST_CASE("under random loads and gaps the engine does what a naive evaluator does") {
  std::size_t raises = 0;
  for (std::uint32_t seed = 1; seed <= 200; ++seed) {
    CAPTURE(seed);
    raises += run(seed).events.size();
  }
  CHECK(raises > 1000);  // the loads do make alarms
}

TEST_CASE("the same inputs give the same events and the same rows, byte for byte") {
  for (std::uint32_t seed = 1; seed <= 20; ++seed) {
    const Run once = run(seed);
    const Run again = run(seed);
    CHECK(once.events == again.events);
    CHECK(once.rows == again.rows);
  }
}

TEST_CASE("deadlines come up in order, put-off ones at their new moment, given-up ones never") {
  std::mt19937 random{7};
  Deadlines deadlines;
  deadlines.reset(20);
  std::array<std::optional<model::BootTime>, 20> wanted;
  model::BootTime now{};
  for (int step = 0; step < 20'000; ++step) {
    const std::uint32_t instance = static_cast<std::uint32_t>(random() % 20);
    wanted[instance] = random() % 4 == 0 ? std::nullopt : std::optional{now + std::chrono::seconds{1 + random() % 50}};
    deadlines.set(instance, wanted[instance]);
    if (random() % 3 != 0) continue;
    now += std::chrono::seconds{random() % 5};
    model::BootTime last{};
    while (const auto due = deadlines.take_due(now)) {
      REQUIRE(wanted[*due]);
      CHECK(*wanted[*due] <= now);
      CHECK(*wanted[*due] >= last);
      last = *wanted[*due];
      wanted[*due].reset();
    }
    for (const auto& each : wanted) {
      if (!each) continue;
      CHECK(*each > now);
      CHECK(*deadlines.next() <= *each);
    }
    CHECK(deadlines.entries() < 200);
  }
}

}  // namespace chargehook::rules
