#include "runtime/core_loop.hpp"

#include <doctest/doctest.h>

#include <boost/asio/post.hpp>
#include <map>
#include <thread>

#include "small_depot.hpp"

namespace chargehook::runtime {
namespace {

using namespace std::chrono_literals;

TEST_CASE("what several threads post is all taken, that of each thread in its order") {
  constexpr int threads = 4;
  constexpr std::size_t each = 500;
  SmallDepot depot;
  depot.loop.start();
  std::vector<std::jthread> posters;
  for (int thread = 0; thread < threads; ++thread) {
    posters.emplace_back([&depot, terminal = "T-" + std::to_string(thread)] {
      for (std::size_t i = 0; i < each; ++i) {
        depot.loop.post(core::EventSeen{payment(std::to_string(i), terminal), core::Token{i + 1}});
      }
    });
  }
  CHECK(depot.run_until([&] { return depot.releases.size() == threads * each; }));

  std::map<std::string, std::size_t> taken;
  for (const auto& record : depot.store.records()) {
    if (record->event.type != "payment.completed") continue;
    auto& next = taken[record->event.partition_key];
    CHECK(record->event.data == R"({"reference":")" + std::to_string(next++) + "\"}");
  }
  CHECK(taken.size() == threads);
  for (const auto& [terminal, count] : taken) CHECK_MESSAGE(count == each, terminal);
}

TEST_CASE("a flood of inputs lets sockets and timers have a turn") {
  SmallDepot depot;
  for (std::uint64_t i = 1; i <= 1000; ++i) depot.loop.post(core::StatusAsked{core::Token{i}});
  std::size_t answered_before = 0;
  boost::asio::post(depot.io, [&] { answered_before = depot.releases.size(); });
  CHECK(depot.run_until([&] { return depot.releases.size() == 1000; }));
  CHECK(answered_before == 256);
}

TEST_CASE("what the core waits for comes by the timer, and not before its time") {
  SmallDepot depot;
  depot.loop.start();
  REQUIRE(depot.run_until([&] { return !depot.store.records().empty(); }));  // gateway.started
  auto event = payment("1");
  event.type = "charger.online";
  event.event_class = model::EventClass::state;
  const auto begin = read_clocks().boot;
  depot.loop.input(core::EventSeen{std::move(event), core::nobody});
  CHECK(depot.store.records().size() == 1);
  CHECK(depot.run_until([&] { return depot.store.records().size() == 2; }));
  CHECK(read_clocks().boot - begin >= 200ms);
}

TEST_CASE("after stop nothing is taken, whether it was posted before or comes later") {
  SmallDepot depot;
  depot.loop.start();
  depot.loop.post(core::StatusAsked{core::Token{1}});
  depot.loop.stop();
  depot.loop.post(core::StatusAsked{core::Token{2}});
  depot.loop.input(core::StatusAsked{core::Token{3}});
  depot.running.reset();
  depot.io.run();  // returns: no timer is left either
  CHECK(depot.releases.empty());
}

TEST_CASE("a stop is told once, and only after the last commit") {
  SmallDepot depot;
  depot.disk_works = false;
  depot.loop.start();
  depot.loop.input(core::EventSeen{payment("1"), core::Token{1}});
  depot.loop.input(core::Stop{});
  CHECK(depot.stopped == 0);
  depot.disk();
  REQUIRE(depot.run_until([&] { return depot.waiting_commit != nullptr; }));
  CHECK(depot.stopped == 0);
  depot.disk_works = true;
  depot.disk();
  CHECK(depot.run_until([&] { return depot.stopped > 0; }));
  CHECK(depot.stopped == 1);
  CHECK(depot.store.records().back()->event.type == "gateway.stopping");
}

}  // namespace
}  // namespace chargehook::runtime
