#include "runtime/loss_watch.hpp"

#include <doctest/doctest.h>

#include "runtime/sampling.hpp"
#include "small_depot.hpp"

namespace chargehook::runtime {
namespace {

using namespace std::chrono_literals;
using Texts = std::vector<std::string>;

core::AdapterStatus broker(std::uint64_t dropped, std::uint64_t late = 0) {
  core::AdapterStatus out;
  out.kind = "broker";
  out.name = "local";
  out.counters = {{"received", 1'000'000 + dropped}};
  out.losses = {{"dropped", dropped}, {"durable_timeouts", late}};
  return out;
}

TEST_CASE("a loss is told when it begins, with all that an adapter lost in one line") {
  LossLog log;
  CHECK(log.look({broker(0)}).empty());
  CHECK(log.look({broker(12, 1)}) ==
        Texts{"broker local: dropped 12 (12 since it started), durable_timeouts 1 (1 since it started)"});
  CHECK(log.look({broker(12, 1)}).empty());
}

TEST_CASE("a loss that goes on is told again when it is ten times as much, and one that begins again at once") {
  LossLog log;
  CHECK(log.look({broker(5)}).size() == 1);
  CHECK(log.look({broker(20)}).empty());
  CHECK(log.look({broker(49)}).empty());
  CHECK(log.look({broker(60)}) == Texts{"broker local: dropped 11 (60 since it started)"});
  CHECK(log.look({broker(60)}).empty());
  CHECK(log.look({broker(61)}) == Texts{"broker local: dropped 1 (61 since it started)"});
}

TEST_CASE("an adapter that was started anew counts from nothing, and parts of the same name are told apart") {
  LossLog log;
  CHECK(log.look({broker(12)}).size() == 1);
  CHECK(log.look({broker(3)}) == Texts{"broker local: dropped 3 (3 since it started)"});
  auto first = broker(7);
  auto second = broker(7);
  first.part_of = "line a";
  second.part_of = "line b";
  CHECK(log.look({first, second}) == Texts{"broker local of line a: dropped 7 (7 since it started)",
                                           "broker local of line b: dropped 7 (7 since it started)"});
  CHECK(log.look({first, second}).empty());
}

TEST_CASE("the first, tenth, hundredth of a kind is worth a line") {
  for (const std::uint64_t count : {1ULL, 10ULL, 100ULL, 1'000'000ULL}) CHECK(is_worth_a_line(count));
  for (const std::uint64_t count : {0ULL, 2ULL, 11ULL, 20ULL, 110ULL}) CHECK_FALSE(is_worth_a_line(count));
}

TEST_CASE("the watch looks again and again until it is stopped") {
  SmallDepot depot;
  depot.loop.start();
  LossWatch watch{depot.io, depot.loop, depot.answers, 1ms};
  watch.start();
  const auto looks = [&] {
    return std::ranges::count_if(depot.releases, [](const core::Release& release) {
      return std::holds_alternative<core::StatusReport>(release.answer);
    });
  };
  REQUIRE(depot.run_until([&] { return looks() >= 3; }));
  watch.stop();
  depot.loop.stop();
  depot.running.reset();
  depot.io.restart();
  depot.io.run();  // returns: no timer is left
}

}  // namespace
}  // namespace chargehook::runtime
