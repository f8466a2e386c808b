#include "runtime/core_loop.hpp"

#include <doctest/doctest.h>

#include <algorithm>
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

core::ReadingsSeen readings(std::size_t count, double value) {
  core::ReadingsSeen out;
  for (std::size_t i = 0; i < count; ++i) {
    model::Reading reading;
    reading.device = "meter/grid";
    reading.signal = *model::find_signal("meter.power");
    reading.value = value;
    out.readings.push_back(std::move(reading));
  }
  return out;
}

std::uint64_t dropped(SmallDepot& depot) {
  depot.loop.ask_status(core::Token{99});
  const auto& adapters = std::get<core::StatusReport>(depot.releases.back().answer).adapters;
  const auto inbox = std::ranges::find(adapters, "core inbox", core::title_of);
  REQUIRE(inbox != adapters.end());
  return inbox->losses.at(0).value;
}

TEST_CASE("of readings that wait the oldest are dropped and counted, and nothing else is") {
  SmallDepot depot;
  depot.loop.start();
  constexpr std::size_t poll = readings_waiting_max / 4;
  for (std::size_t i = 0; i < 4; ++i) depot.loop.post(readings(poll, 1));
  depot.loop.post(core::EventSeen{payment("1"), core::Token{1}});
  CHECK(dropped(depot) == 0);
  depot.loop.post(readings(1, 2));
  CHECK(dropped(depot) == poll);
  depot.loop.post(readings(poll, 2));
  depot.loop.post(core::EventSeen{payment("2"), core::Token{2}});
  CHECK(dropped(depot) == 2 * poll);
  const auto released = [&](std::uint64_t token) {
    return std::ranges::count(depot.releases, core::Token{token}, &core::Release::token) == 1;
  };
  CHECK(depot.run_until([&] { return released(1) && released(2); }));
  depot.loop.post(readings(poll, 3));  // there is room again
  CHECK(dropped(depot) == 2 * poll);
}

TEST_CASE("a status holds how all outside the core do") {
  SmallDepot depot;
  core::AdapterStatus broker;
  broker.kind = "broker";
  broker.name = "local";
  broker.problem = "does not run";
  depot.adapters = {broker};
  depot.loop.ask_status(core::Token{1});
  const auto& report = std::get<core::StatusReport>(depot.releases.back().answer);
  REQUIRE(report.adapters.size() == 2);
  CHECK(report.adapters[0] == broker);
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
