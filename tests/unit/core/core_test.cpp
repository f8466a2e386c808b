#include "core/core.hpp"

#include <doctest/doctest.h>

#include <set>

#include "world.hpp"

namespace chargehook::core {

TEST_CASE("a source is answered after the commit, and nothing is sent before it") {
  World world{depot({endpoint("billing", "payment.*")})};
  world.run();
  world.step(EventSeen{payment("PSP-1"), Token{5}});
  CHECK(world.releases_.empty());
  CHECK(world.attempts_.empty());
  REQUIRE(world.disk());
  REQUIRE(world.releases_.size() == 1);
  CHECK(world.releases_[0].token == Token{5});
  CHECK(std::get<Stored>(world.releases_[0].answer).event_id == payment("PSP-1").id);
  CHECK(world.attempts_.size() == 1);
  world.run();
  CHECK(world.received("PSP-1") == 1);
}

TEST_CASE("events that come together go into one batch, and its commit answers all their sources") {
  World world{depot({endpoint("billing", "payment.*")})};
  world.run();
  world.step(EventSeen{payment("PSP-1"), Token{1}}, Follows::more);
  world.step(EventSeen{payment("PSP-2"), Token{2}}, Follows::more);
  CHECK(world.commits_.empty());
  world.step(EventSeen{payment("PSP-3"), Token{3}});
  REQUIRE(world.commits_.size() == 1);
  CHECK(world.commits_.front()->records.size() == 3);
  REQUIRE(world.disk());
  CHECK(world.releases_.size() == 3);
}

TEST_CASE("the gateway says that it started, to those who want to know") {
  World world{depot({endpoint("billing", "payment.*"), endpoint("ops", "gateway.*")})};
  world.run();
  REQUIRE(world.received_.size() == 1);
  CHECK(world.received("io.chargehook.gateway.started") == 1);
  CHECK(world.received(R"("store_created":true)") == 1);
}

TEST_CASE("a restart goes on with the next number, and sends again only what was not acknowledged") {
  fakes::FakeStore store;
  const auto config = depot({endpoint("billing", "payment.*")});
  {
    World first{config, &store};
    first.run();
    first.step(EventSeen{payment("PSP-1")});
    first.run();
    first.step(EventSeen{payment("PSP-2")});
    first.disk();  // durable, on its way, never answered
  }
  World second{config, &store};
  second.run();
  CHECK(second.received("PSP-1") == 0);
  CHECK(second.received("PSP-2") == 1);
  CHECK(second.received(R"("n":"2")") == 1);
}

TEST_CASE("what was not committed before a crash is not there after it, and its source was not told otherwise") {
  fakes::FakeStore store;
  const auto config = depot({endpoint("billing", "payment.*")});
  {
    World first{config, &store};
    first.run();
    first.step(EventSeen{payment("PSP-1"), Token{1}});
    CHECK(first.releases_.empty());
  }
  World second{config, &store};
  second.run();
  CHECK(second.received("PSP-1") == 0);
}

TEST_CASE("while the store cannot be written a source waits, and is answered once it can") {
  World world{depot({endpoint("billing", "payment.*")})};
  world.run();
  world.step(EventSeen{payment("PSP-1"), Token{1}});
  const auto batch = world.commits_.front();
  world.commits_.pop_front();
  Outputs out;
  world.core_.step(world.now(), CommitDone{{batch->id, journal::CommitStatus::failed, {}, {}, "EIO"}}, out);
  CHECK(out.reopen_store);
  CHECK(out.releases.empty());
  REQUIRE(out.log.size() == 1);
  CHECK(out.log[0].level == LogLevel::error);
  world.step(ReopenDone{{true, batch->records.front()->sequence - 1, {100'000, 1}, {}}});
  REQUIRE(world.commits_.size() == 1);
  CHECK(world.commits_.front()->records == batch->records);
  world.run();
  CHECK(world.releases_.size() == 1);
  CHECK(world.received("PSP-1") == 1);
}

TEST_CASE("an endpoint that is added gets what comes from then on, and only after its stream is stored") {
  World world{depot({endpoint("billing", "payment.*")})};
  world.run();
  world.step(EventSeen{payment("PSP-1")});
  world.run();
  world.received_.clear();
  world.step(ConfigReady{depot({endpoint("billing", "payment.*"), endpoint("crm", "payment.*")}), "anna", Token{9}});
  world.step(EventSeen{payment("PSP-2")});
  CHECK(world.attempts_.empty());
  CHECK(world.releases_.empty());
  world.run();
  CHECK(world.received("PSP-1") == 0);
  CHECK(world.received("PSP-2") == 2);
  REQUIRE(world.releases_.size() == 1);
  const auto& applied = std::get<Applied>(world.releases_[0].answer);
  CHECK(applied.accepted);
  REQUIRE(applied.lines.size() == 1);
  CHECK(applied.lines[0].find("crm") != std::string::npos);
}

TEST_CASE("a configuration that was refused changes nothing and is told to the cloud") {
  World world{depot({endpoint("ops", "gateway.*")})};
  world.run();
  world.step(ConfigRejected{{"endpoints.d/x.yaml:3:5: error E110: unknown key \"fro\""}, "anna", Token{3}});
  world.run();
  CHECK(world.received("gateway.config_rejected") == 1);
  CHECK(world.received("E110") == 1);
  REQUIRE(world.releases_.size() == 1);
  CHECK_FALSE(std::get<Applied>(world.releases_[0].answer).accepted);
}

TEST_CASE("an endpoint that fails is logged once, and once when it delivers again") {
  World world{depot({endpoint("billing", "payment.*")})};
  world.run();
  world.log_.clear();
  world.step(EventSeen{payment("PSP-1")});
  world.disk();
  for (int failure = 0; failure < 4; ++failure) {
    world.network(503);
    world.pass(10min);
  }
  CHECK(world.log_.size() == 1);
  world.run();
  REQUIRE(world.log_.size() == 2);
  CHECK(world.log_[0].find("endpoint billing fails: 503") != std::string::npos);
  CHECK(world.log_[1] == "endpoint billing delivers again");
}

TEST_CASE("stop commits what is there, says so as its last event, refuses what comes later and sends nothing") {
  World world{depot({endpoint("billing", "payment.*")})};
  world.run();
  world.step(EventSeen{payment("PSP-1"), Token{1}});
  world.step(Stop{});
  world.step(EventSeen{payment("PSP-2"), Token{2}});
  CHECK_FALSE(world.stopped_);
  REQUIRE(world.releases_.size() == 1);
  CHECK(std::holds_alternative<Refused>(world.releases_[0].answer));
  while (world.disk()) {
  }
  CHECK(world.stopped_);
  CHECK(world.attempts_.empty());
  CHECK(world.store_.records().back()->event.type == "gateway.stopping");
}

TEST_CASE("a backlog is read back in order and its numbers have no hole") {
  fakes::FakeStore store;
  const auto config = depot({endpoint("billing", "payment.*")});
  {
    World first{config, &store};
    first.run();
    for (int i = 0; i < 1000; ++i) {
      first.step(EventSeen{payment("PSP-" + std::to_string(i), "T-" + std::to_string(i % 7))});
      first.disk();
    }
    while (first.disk()) {
    }
  }
  World second{config, &store};
  second.run();
  REQUIRE(second.received_.size() == 1000);
  std::set<std::string> numbers;
  for (const auto& request : second.received_) {
    const auto at = request.body.find(R"("n":")") + 5;
    numbers.insert(request.body.substr(at, request.body.find('"', at) - at));
  }
  CHECK(numbers.size() == 1000);
  CHECK(numbers.contains("1"));
  CHECK(numbers.contains("1000"));
}

TEST_CASE("status says what runs: classes, endpoints, the store") {
  World world{depot({endpoint("billing", "payment.*")})};
  world.run();
  world.step(EventSeen{payment("PSP-1")});
  world.run();
  world.step(StatusAsked{Token{1}});
  const auto& report = std::get<StatusReport>(world.releases_.back().answer);
  CHECK(report.gateway_id == "depot-nord-1");
  CHECK(report.journal == "ok");
  CHECK(report.classes[0].stored == 1);
  REQUIRE(report.endpoints.size() == 1);
  CHECK(report.endpoints[0].delivered == 1);
}

StatusReport status_of(World& world) {
  world.step(StatusAsked{Token{1}});
  return std::get<StatusReport>(world.releases_.back().answer);
}

TEST_CASE("the status holds what the proxy and telemetry count, if there are any") {
  World without{depot({endpoint("cloud", "all")})};
  CHECK(status_of(without).adapters.empty());

  auto config = std::make_shared<ConfigGeneration>(*depot({endpoint("cloud", "all")}));
  config->ocpp.listeners = {{"yard", "127.0.0.1", 9000, ocpp::Security::none}};
  config->ocpp.upstreams = {{"csms", "ws://127.0.0.1:1/ocpp"}};
  config->telemetry.emplace_back().endpoint = "cloud";
  World with{std::move(config)};
  const auto adapters = status_of(with).adapters;
  REQUIRE(adapters.size() == 2);
  CHECK(title_of(adapters[0]) == "ocpp proxy");
  CHECK(adapters[0].state == "0 chargers connected");
  CHECK(std::ranges::find(adapters[0].losses, "hold_expired_time", &AdapterCounter::name) != adapters[0].losses.end());
  CHECK(adapters[1].losses == std::vector<AdapterCounter>{{"left_out", 0}});
}

TEST_CASE("a gateway does not change its name while it runs, and takes nothing else of such a configuration") {
  World world{depot({endpoint("billing", "payment.*")})};
  world.run();
  auto renamed = std::make_shared<ConfigGeneration>(*depot({endpoint("crm", "payment.*")}));
  renamed->gateway.id = "depot-nord-2";
  world.step(ConfigReady{std::move(renamed), "anna", Token{9}});
  const auto& answer = std::get<Applied>(world.releases_.back().answer);
  CHECK_FALSE(answer.accepted);
  REQUIRE(answer.lines.size() == 1);
  CHECK(answer.lines[0].starts_with("gateway.id depot-nord-1 → depot-nord-2: only a start takes this into use"));
  CHECK(world.taken_.empty());
}

TEST_CASE("status says who took the configuration into use, and when") {
  World world{depot({})};
  world.run();
  const auto started = world.now().wall;
  CHECK(status_of(world).applied_by == "start");
  CHECK(status_of(world).applied_at < started);
  CHECK(world.taken_.empty());
  world.pass(1h);
  world.step(ConfigReady{depot({endpoint("billing", "payment.*")}), "anna", nobody});
  CHECK(status_of(world).applied_by == "anna");
  CHECK(status_of(world).applied_at == world.now().wall);
  CHECK(world.taken_ == std::vector<std::string>{"0123456789abcdef"});
  world.step(ConfigRejected{{"site.yaml:1:1: error E111: the file is missing"}, "berta", nobody});
  CHECK(status_of(world).applied_by == "anna");
  CHECK(world.taken_.size() == 1);
}

TEST_CASE("a gateway on its last good configuration says so until another is taken into use") {
  World world{depot({}), nullptr, true};
  world.step(ConfigRejected{{"site.yaml:1:1: error E111: the file is missing"}, "start", nobody});
  world.run();
  CHECK(status_of(world).running_on_last_good);
  world.step(ConfigReady{depot({}), "anna", nobody});
  CHECK_FALSE(status_of(world).running_on_last_good);
}

TEST_CASE("a configuration that comes while the gateway stops is not taken into use") {
  World world{depot({})};
  world.run();
  world.step(Stop{});
  world.step(ConfigReady{depot({}), "anna", nobody});
  CHECK(world.taken_.empty());
}

TEST_CASE("the same inputs give the same outputs, byte for byte") {
  const auto story = [] {
    World world{depot({endpoint("billing", "payment.*"), endpoint("all", "all")})};
    for (int i = 0; i < 50; ++i) {
      world.step(EventSeen{payment("PSP-" + std::to_string(i), "T-" + std::to_string(i % 3)),
                           Token{static_cast<std::uint64_t>(i) + 1}});
      if (i % 3 == 0) world.disk();
      if (i % 5 == 0) world.network(503);
      if (i % 7 == 0) world.pass(1500ms);
    }
    world.run();
    std::string all;
    for (const auto& request : world.received_) {
      all += request.url.target + request.body;
      for (const auto& [name, value] : request.headers) all += name + value;
    }
    return all;
  };
  const auto first = story();
  CHECK(first.size() > 10'000);
  CHECK(first == story());
}

}  // namespace chargehook::core
