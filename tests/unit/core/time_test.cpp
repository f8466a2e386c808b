#include <doctest/doctest.h>

#include "world.hpp"

namespace chargehook::core {
namespace {

constexpr MachineClock in_1970{model::TimeQuality::unknown, -std::chrono::hours{24} * 365 * 56};
constexpr MachineClock months_behind{model::TimeQuality::unknown, -std::chrono::hours{24} * 100};
constexpr MachineClock right{};

delivery::EndpointConfig unsigned_endpoint(const std::string& name, const std::string& events) {
  auto config = endpoint(name, events);
  config.sign = delivery::SignForm::none;
  return config;
}

/// Handed in over ingest or MQTT: stamped by the machine's clock.
model::Event stamped(const World& world, const std::string& reference) {
  auto event = payment(reference);
  event.time = world.now().wall;
  event.time_quality = world.now().quality;
  return event;
}

std::string attribute(const delivery::HttpRequest& request, const std::string& name) {
  const std::string lead = "\"" + name + "\":\"";
  const auto start = request.body.find(lead);
  if (start == std::string::npos) return {};
  return request.body.substr(start + lead.size(), request.body.find('"', start + lead.size()) - start - lead.size());
}

const delivery::HttpRequest& only(const World& world, const std::string& text) {
  const auto is_it = [&](const auto& request) { return request.body.find(text) != std::string::npos; };
  REQUIRE(std::ranges::count_if(world.received_, is_it) == 1);
  return *std::ranges::find_if(world.received_, is_it);
}

TEST_CASE("a signed delivery waits while the time cannot be right, and goes out corrected when it is known") {
  fakes::FakeStore store;
  World world{depot({endpoint("billing", "payment.*"), unsigned_endpoint("ops", "gateway.started")}), &store, false,
              in_1970};
  world.run();
  world.step(EventSeen{stamped(world, "PSP-1"), Token{1}});
  const auto happened = world.time_;
  world.run();
  CHECK(world.received("PSP-1") == 0);
  CHECK(world.received("gateway.started") == 1);
  world.step(StatusAsked{Token{2}});
  const auto report = std::get<StatusReport>(world.releases_.back().answer);
  CHECK(report.clock.is_impossible);
  CHECK(report.endpoints[0].waits_for_clock);
  CHECK_FALSE(report.endpoints[1].waits_for_clock);

  world.clock_ = right;
  world.run();
  const auto& sent = only(world, "PSP-1");
  CHECK(attribute(sent, "timequality") == "corrected");
  CHECK(attribute(sent, "time") == model::to_rfc3339(World::midnight + happened));
  CHECK(attribute(sent, "recordedtime") == model::to_rfc3339(World::midnight + happened));
  REQUIRE(store.boots().back().learned);
  CHECK(store.boots().back().learned->source == model::TimeSource::ntp);
  CHECK(store.records().front()->event.time < model::earliest_time);  // what is stored stays
}

TEST_CASE("what went out uncorrected is told again once, with the time it should have had") {
  fakes::FakeStore store;
  const auto config = depot({unsigned_endpoint("billing", "payment.*")});
  World world{config, &store, false, months_behind};
  world.run();
  world.step(EventSeen{stamped(world, "PSP-1"), Token{1}});
  world.run();
  CHECK(attribute(only(world, "PSP-1"), "timequality") == "unknown");
  auto told = stamped(world, "PSP-2");
  told.time_of = model::TimeOf::device;
  world.step(EventSeen{told, Token{2}});
  world.run();
  world.clock_ = right;
  world.run();
  CHECK(world.received("PSP-2") == 1);  // its device said when it was: nothing of ours to correct
  CHECK(world.received("PSP-1") == 2);
  const auto& again = only(world, "~time");
  CHECK(attribute(again, "revises") == payment("PSP-1").id);
  CHECK(attribute(again, "id") == payment("PSP-1").id + "~time");
  CHECK(attribute(again, "timequality") == "corrected");
  CHECK(std::ranges::none_of(store.kv(), [](const auto& row) { return row.first.starts_with("clock/"); }));

  world.clock_.ahead = 10h;  // a later step makes no second one
  world.run();
  CHECK(world.received("~time") == 1);
  World next{config, &store};
  next.run();
  CHECK(next.received("~time") == 0);
}

TEST_CASE("nothing goes out under a time that is not known before that is on record") {
  World world{depot({unsigned_endpoint("ops", "gateway.*")}), nullptr, false, months_behind};
  CHECK(world.attempts_.empty());
  REQUIRE(world.disk());
  CHECK(world.own_store_.kv().contains("clock/uncorrected"));
  while (world.disk()) {
  }
  CHECK_FALSE(world.attempts_.empty());
}

TEST_CASE("a restart before the time is known loses no revision, and a crash in the middle doubles none") {
  fakes::FakeStore store;
  const auto config = depot({unsigned_endpoint("billing", "payment.*")});
  {
    World first{config, &store, false, in_1970};
    first.run();
    for (int i = 0; i < 100; ++i) first.step(EventSeen{stamped(first, "PSP-" + std::to_string(i)), Token{1}});
    first.run();
    CHECK(first.received("PSP-") == 100);
  }
  const auto is_revision = [](const journal::RecordPtr& record) {
    return record->event.id.ends_with("~time") && record->event.type == "payment.completed";
  };
  const auto stored = [&] { return std::ranges::count_if(store.records(), is_revision); };
  std::size_t received = 0;
  {
    World second{config, &store, false, in_1970};
    second.run();
    second.clock_ = right;
    while (stored() == 0) {
      if (!second.disk() && !second.reader()) second.pass(1s);
    }
    received += second.received("~time");
  }
  CHECK(stored() < 100);  // one step of the plan is stored, and then the power goes
  World third{config, &store};
  third.run();
  CHECK(stored() == 100);
  CHECK(received + third.received("~time") == 100);
}

TEST_CASE("events of an earlier boot of the machine have their time only if that boot learned it") {
  fakes::FakeStore store;
  const auto config = depot({endpoint("billing", "payment.*")});
  {
    World first{config, &store, false, in_1970};
    first.run();
    first.step(EventSeen{stamped(first, "PSP-1"), Token{1}});
    while (first.disk()) {
    }
  }
  store.reboot();
  World second{config, &store};
  second.run();
  CHECK(attribute(only(second, "PSP-1"), "timequality") == "unknown");
  CHECK(second.received("~time") == 0);
}

TEST_CASE("a technician's word opens what waits, and is in status and log") {
  World world{depot({endpoint("billing", "payment.*")}), nullptr, false, months_behind};
  world.run();
  world.step(ClockAccepted{"anna", Token{9}});
  const auto answer = std::get<Applied>(world.releases_.back().answer);
  CHECK(answer.accepted);
  world.step(StatusAsked{Token{10}});
  const auto clock = std::get<StatusReport>(world.releases_.back().answer).clock;
  CHECK(clock.quality == model::TimeQuality::manual);
  CHECK(clock.by == "anna");
  CHECK(std::ranges::count(world.log_, "clock: anna says that it is right") == 1);

  World wrong{depot({endpoint("billing", "payment.*")}), nullptr, false, in_1970};
  wrong.step(ClockAccepted{"anna", Token{9}});
  CHECK_FALSE(std::get<Applied>(wrong.releases_.back().answer).accepted);
}

TEST_CASE("a receiver's Date over TLS tells the time, one without TLS does not") {
  for (const bool tls : {true, false}) {
    CAPTURE(tls);
    auto config = endpoint("billing", "payment.*");
    config.url.tls = tls;
    World world{depot({config}), nullptr, false, months_behind};
    world.run();
    world.step(EventSeen{stamped(world, "PSP-1"), Token{1}});
    while (world.disk()) {
    }
    REQUIRE_FALSE(world.attempts_.empty());
    delivery::AttemptResult result;
    result.id = world.attempts_.front().id;
    result.phase = delivery::Phase::answered;
    result.status = 400;  // such an old signature is refused, and the answer says why that is
    result.date = "Tue, 24 Nov 2026 01:30:00 GMT";
    world.attempts_.pop_front();
    world.step(AttemptsDone{{result}});
    world.step(StatusAsked{Token{2}});
    const auto clock = std::get<StatusReport>(world.releases_.back().answer).clock;
    CHECK((clock.source == model::TimeSource::https) == tls);
    CHECK((clock.quality == model::TimeQuality::corrected) == tls);
    if (tls) CHECK(model::to_rfc3339(clock.time) == "2026-11-24T01:30:00.500Z");
  }
}

TEST_CASE("a step of the clock is told of, and deliveries go on") {
  World world{depot({endpoint("ops", "gateway.clock_changed")})};
  world.run();
  CHECK(world.received_.empty());
  world.clock_.ahead = -400h;
  world.run();
  CHECK(only(world, "gateway.clock_changed").body.find(R"("after":"synced","source":"ntp")") != std::string::npos);
  CHECK(world.received(R"("step_ms":-1440000000)") == 1);
}

}  // namespace
}  // namespace chargehook::core
