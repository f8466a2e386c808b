#include "runtime/durable_offers.hpp"

#include <doctest/doctest.h>

#include "small_depot.hpp"

namespace chargehook::runtime {
namespace {

using namespace std::chrono_literals;
using Texts = std::vector<std::string>;

OfferLimits quick() {
  OfferLimits limits;
  limits.again_after = 1ms;
  return limits;
}

model::Event too_large() {
  auto event = payment("large");
  event.data.assign(64 * 1024, ' ');
  return event;
}

/// A depot whose disk waits to be told, and what was acknowledged.
struct Source : SmallDepot {
  explicit Source(OfferLimits limits = quick()) : offers(io, loop, answers, limits) {
    loop.start();  // gateway.started is stored
    REQUIRE(run_until([&] { return !store.records().empty(); }));
    io.poll();  // and the core knows
    disk_works = false;
  }

  void offer(const std::string& reference, const std::string& terminal = "T-1") {
    offers.offer(payment(reference, terminal), "broker local",
                 [this, reference] { acknowledged.push_back(reference); });
  }
  /// The disk has no room for what waits, also after what makes room has gone.
  void disk_is_full() {
    const auto before = offers.counters().put_off;
    REQUIRE(run_until([&] {
      refuse_entries();
      return offers.counters().put_off > before;
    }));
  }
  void disk_works_again() {
    disk_works = true;
    disk();
  }
  Texts stored() const {
    Texts out;
    for (const auto& record : store.records()) {
      if (record->event.type == "payment.completed") out.push_back(record->event.data);
    }
    return out;
  }

  Texts acknowledged;
  DurableOffers offers;
};

std::string data_of(const std::string& reference) { return payment(reference).data; }

TEST_CASE("an event is acknowledged after its commit and not before") {
  Source source;
  source.offer("1");
  REQUIRE(source.waiting_commit);
  CHECK(source.acknowledged.empty());
  CHECK(source.offers.waiting() == 1);
  source.disk();
  REQUIRE(source.run_until([&] { return !source.acknowledged.empty(); }));
  CHECK(source.stored() == Texts{data_of("1")});
  CHECK(source.offers.waiting() == 0);
  CHECK(source.offers.counters().stored == 1);
}

TEST_CASE("an event that is refused for the moment is kept, offered again and acknowledged once") {
  Source source;
  source.offer("1");
  source.disk_is_full();
  CHECK(source.acknowledged.empty());
  source.disk_is_full();
  CHECK(source.acknowledged.empty());
  CHECK(source.offers.waiting() == 1);
  source.disk_works_again();
  REQUIRE(source.run_until([&] { return source.offers.waiting() == 0; }));
  CHECK(source.acknowledged == Texts{"1"});
  CHECK(source.stored() == Texts{data_of("1")});
}

TEST_CASE("an event that can never be taken is acknowledged and counted, and nothing waits behind it") {
  Source source;
  source.offers.offer(too_large(), "broker local", [&] { source.acknowledged.emplace_back("large"); });
  CHECK(source.acknowledged == Texts{"large"});
  CHECK(source.offers.counters().refused == 1);
  CHECK(source.offers.waiting() == 0);
  source.offer("1");
  source.disk_works_again();
  REQUIRE(source.run_until([&] { return source.acknowledged.size() == 2; }));
  CHECK(source.stored() == Texts{data_of("1")});
}

TEST_CASE("an event that has to wait is not passed by a later one of its device, but by others") {
  OfferLimits patient;
  patient.again_after = 10min;
  Source source{patient};
  source.offer("1");
  source.disk_is_full();
  source.offer("2");
  source.offer("3", "T-2");
  source.disk_works_again();
  REQUIRE(source.run_until([&] { return !source.acknowledged.empty(); }));
  CHECK(source.acknowledged == Texts{"3"});
  CHECK(source.offers.waiting() == 2);
}

TEST_CASE("events of one device that had to wait are stored in their order") {
  Source source;
  for (const auto* reference : {"1", "2", "3"}) source.offer(reference);
  source.disk_is_full();
  source.offer("4");
  source.disk_works_again();
  REQUIRE(source.run_until([&] { return source.offers.waiting() == 0; }));
  CHECK(source.stored() == Texts{data_of("1"), data_of("2"), data_of("3"), data_of("4")});
}

TEST_CASE("an event that comes again while it waits is stored once and acknowledged to both") {
  Source source;
  source.offer("1");
  source.disk_is_full();
  source.offer("1");
  CHECK(source.offers.waiting() == 1);
  CHECK(source.offers.counters().came_again == 1);
  source.disk_works_again();
  REQUIRE(source.run_until([&] { return source.offers.waiting() == 0; }));
  CHECK(source.acknowledged == Texts{"1", "1"});
  CHECK(source.stored().size() == 1);
}

TEST_CASE("the same id with another time of the device is not the same event: the core makes it a revision") {
  Source source;
  auto event = payment("1");
  event.time_of = model::TimeOf::device;
  event.time = model::WallTime{1000h};
  const auto count = [&] { source.acknowledged.push_back("1"); };
  source.offers.offer(event, "broker local", count);
  event.time += 1h;
  source.offers.offer(event, "broker local", count);
  CHECK(source.offers.waiting() == 2);
  CHECK(source.offers.counters().came_again == 0);
  source.disk_works_again();
  REQUIRE(source.run_until([&] { return source.offers.waiting() == 0; }));
  CHECK(source.acknowledged.size() == 2);
  CHECK(source.stored().size() == 2);
}

TEST_CASE("what is beyond the bound is neither offered nor acknowledged, and is counted") {
  const std::vector<OfferLimits> cases{{2, 1 << 20, 1ms}, {10, 2 * (data_of("1").size() + 512), 1ms}};
  for (const auto& limits : cases) {
    CAPTURE(limits.events);
    Source source{limits};
    for (const auto* reference : {"1", "2", "3"}) source.offer(reference);
    CHECK(source.offers.waiting() == 2);
    CHECK(source.offers.counters().left_out == 1);
    source.disk_works_again();
    REQUIRE(source.run_until([&] { return source.offers.waiting() == 0; }));
    CHECK(source.acknowledged == Texts{"1", "2"});
    source.offer("4");  // there is room again
    CHECK(source.run_until([&] { return source.acknowledged.back() == "4"; }));
  }
}

TEST_CASE("after close nothing is offered any more, and it is said how many were never stored") {
  Source source;
  source.offer("1");
  source.disk_is_full();
  CHECK(source.offers.close() == 1);
  source.offer("2");
  CHECK(source.offers.waiting() == 1);
  source.loop.stop();
  source.running.reset();
  source.io.restart();
  source.io.run();  // returns: no timer is left
  CHECK(source.stored().empty());
}

}  // namespace
}  // namespace chargehook::runtime
