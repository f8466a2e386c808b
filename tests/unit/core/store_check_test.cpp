#include "core/store_check.hpp"

#include <doctest/doctest.h>

namespace chargehook::core {
namespace {

using namespace std::chrono_literals;

model::Now at(model::Nanoseconds boot) {
  return {model::WallTime{1000h + boot}, model::BootTime{boot}, model::TimeQuality::synced};
}

journal::WalkResult piece(std::uint64_t records, bool done = false) {
  journal::WalkResult result;
  result.records_seen = records;
  result.done = done;
  return result;
}

TEST_CASE("an hour after the start the store is walked through, piece by piece with pauses, and then daily") {
  StoreCheck check{at(0s)};
  CHECK(check.next_deadline() == model::BootTime{1h});
  check.on_timer(at(59min), 500);
  CHECK_FALSE(check.take_request(at(59min)));
  check.on_timer(at(1h), 500);
  const auto first = check.take_request(at(1h));
  REQUIRE(first);
  CHECK(first->begin);
  CHECK_FALSE(check.take_request(at(1h)));
  CHECK_FALSE(check.next_deadline());
  CHECK_FALSE(check.walked(at(1h), piece(256)));
  CHECK_FALSE(check.take_request(at(1h + 49ms)));
  CHECK(check.next_deadline() == model::BootTime{1h + 50ms});
  const auto second = check.take_request(at(1h + 50ms));
  REQUIRE(second);
  CHECK_FALSE(second->begin);
  CHECK(check.walked(at(1h + 60ms), piece(500, true)));
  CHECK_FALSE(check.report().running);
  CHECK(check.report().walks == 1);
  CHECK(check.report().records_total == 500);
  CHECK(check.next_deadline() == model::BootTime{25h + 60ms});
}

TEST_CASE("whoever asks has a walk at once, or the one under way hurried") {
  StoreCheck check{at(0s)};
  check.ask(at(5s), 10);
  REQUIRE(check.take_request(at(5s)));
  CHECK_FALSE(check.walked(at(5s), piece(4)));
  REQUIRE(check.take_request(at(5s)));
  CHECK(check.walked(at(5s), piece(10, true)));

  check.on_timer(at(30h), 10);
  REQUIRE(check.take_request(at(30h)));
  CHECK_FALSE(check.walked(at(30h), piece(4)));
  CHECK_FALSE(check.take_request(at(30h)));
  check.ask(at(30h), 10);
  const auto hurried = check.take_request(at(30h));
  REQUIRE(hurried);
  CHECK_FALSE(hurried->begin);
}

TEST_CASE("a piece that could not be read is asked for again, and the reason is told meanwhile") {
  StoreCheck check{at(0s)};
  check.ask(at(0s), 10);
  REQUIRE(check.take_request(at(0s)));
  auto failed = piece(0);
  failed.reason = "the store is closed";
  CHECK_FALSE(check.walked(at(0s), failed));
  CHECK(check.report().running);
  CHECK(check.report().reason == "the store is closed");
  CHECK_FALSE(check.take_request(at(999ms)));
  REQUIRE(check.take_request(at(1s)));
  CHECK(check.walked(at(1s), piece(10, true)));
  CHECK(check.report().reason.empty());
}

}  // namespace
}  // namespace chargehook::core
