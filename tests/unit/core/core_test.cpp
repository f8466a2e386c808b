#include "core/core.hpp"

#include <doctest/doctest.h>

#include <deque>
#include <set>

#include "fakes/fake_store.hpp"
#include "model/event_id.hpp"

using namespace chargehook;
using namespace std::chrono_literals;

namespace {

delivery::EndpointConfig endpoint(const std::string& name, const std::string& events) {
  delivery::EndpointConfig config;
  config.name = name;
  config.url = {false, "127.0.0.1", 80, "/" + name};
  config.events = delivery::Filter::parse(events).value();
  config.secret = std::string(32, 'k');
  return config;
}

core::ConfigPtr depot(std::vector<delivery::EndpointConfig> endpoints) {
  core::ConfigGeneration config;
  config.gateway = {"depot-nord-1", "test"};
  config.site.id = "depot-nord";
  config.endpoints = std::move(endpoints);
  config.hash = "0123456789abcdef";
  return std::make_shared<core::ConfigGeneration>(std::move(config));
}

model::Event payment(const std::string& reference, const std::string& terminal = "T-1") {
  model::Event event;
  event.id = model::make_id("evt_", {"depot-nord", "ingest", reference});
  event.type = "payment.completed";
  event.subject = "terminal/" + terminal;
  event.partition_key = event.subject;
  event.event_class = model::EventClass::billing;
  event.data = R"({"reference":")" + reference + "\"}";
  return event;
}

/// The core with a store in memory and receivers that answer 200 unless told otherwise. Nothing moves by itself:
/// each test says when the disk, the network and the clock do their part.
struct World {
  explicit World(core::ConfigPtr config, fakes::FakeStore* store = nullptr)
      : store_(store != nullptr ? *store : own_store_), core_(std::move(config), store_.opened(), {7, "0.1.0"}, now()) {
    step(core::TimerDue{});
  }

  [[nodiscard]] model::Now now() const {
    return {model::WallTime{std::chrono::sys_days{std::chrono::year{2026} / 11 / 24}} + time_, model::BootTime{time_},
            model::TimeQuality::synced};
  }

  void step(core::Input input) {
    core::Outputs out;
    core_.step(now(), std::move(input), out);
    if (out.commit) commits_.push_back(out.commit);
    for (const auto& read : out.reads) reads_.push_back(read);
    for (auto& attempt : out.attempts) attempts_.push_back(std::move(attempt));
    for (auto& release : out.releases) releases_.push_back(std::move(release));
    for (auto& line : out.log) log_.push_back(line.text);
    stopped_ = stopped_ || out.stopped;
  }

  bool disk() {
    if (commits_.empty()) return false;
    const auto batch = commits_.front();
    commits_.pop_front();
    step(core::CommitDone{store_.commit(*batch)});
    return true;
  }
  bool reader() {
    if (reads_.empty()) return false;
    const auto request = reads_.front();
    reads_.pop_front();
    step(core::RecordsRead{store_.read(request)});
    return true;
  }
  bool network(int status = 200) {
    if (attempts_.empty()) return false;
    const auto attempt = std::move(attempts_.front());
    attempts_.pop_front();
    received_.push_back(attempt.request);
    delivery::AttemptResult result;
    result.id = attempt.id;
    result.phase = delivery::Phase::answered;
    result.status = status;
    step(core::AttemptDone{result});
    return true;
  }
  void pass(std::chrono::milliseconds time) {
    time_ += time;
    step(core::TimerDue{});
  }
  /// Until nothing is left to do but to wait for a deadline more than a minute away.
  void run() {
    for (int quiet = 0; quiet < 3;) {
      if (disk() || reader() || network()) {
        quiet = 0;
      } else {
        pass(1s);
        ++quiet;
      }
    }
  }

  [[nodiscard]] std::size_t received(std::string_view text) const {
    return static_cast<std::size_t>(std::ranges::count_if(
        received_, [&](const auto& request) { return request.body.find(text) != std::string::npos; }));
  }

  model::Nanoseconds time_{1h};
  fakes::FakeStore own_store_;
  fakes::FakeStore& store_;
  core::Core core_;
  std::deque<journal::BatchPtr> commits_;
  std::deque<journal::ReadRequest> reads_;
  std::deque<delivery::AttemptRequest> attempts_;
  std::vector<delivery::HttpRequest> received_;
  std::vector<core::Release> releases_;
  std::vector<std::string> log_;
  bool stopped_ = false;
};

}  // namespace

TEST_CASE("a source is answered after the commit, and nothing is sent before it") {
  World world{depot({endpoint("billing", "payment.*")})};
  world.run();
  world.step(core::EventSeen{payment("PSP-1"), core::Token{5}});
  CHECK(world.releases_.empty());
  CHECK(world.attempts_.empty());
  REQUIRE(world.disk());
  REQUIRE(world.releases_.size() == 1);
  CHECK(world.releases_[0].token == core::Token{5});
  CHECK(std::get<core::Stored>(world.releases_[0].answer).event_id == payment("PSP-1").id);
  CHECK(world.attempts_.size() == 1);
  world.run();
  CHECK(world.received("PSP-1") == 1);
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
    first.step(core::EventSeen{payment("PSP-1")});
    first.run();
    first.step(core::EventSeen{payment("PSP-2")});
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
    first.step(core::EventSeen{payment("PSP-1"), core::Token{1}});
    CHECK(first.releases_.empty());
  }
  World second{config, &store};
  second.run();
  CHECK(second.received("PSP-1") == 0);
}

TEST_CASE("while the store cannot be written a source waits, and is answered once it can") {
  World world{depot({endpoint("billing", "payment.*")})};
  world.run();
  world.step(core::EventSeen{payment("PSP-1"), core::Token{1}});
  const auto batch = world.commits_.front();
  world.commits_.pop_front();
  core::Outputs out;
  world.core_.step(world.now(), core::CommitDone{{batch->id, journal::CommitStatus::failed, {}, {}, "EIO"}}, out);
  CHECK(out.reopen_store);
  CHECK(out.releases.empty());
  REQUIRE(out.log.size() == 1);
  CHECK(out.log[0].level == core::LogLevel::error);
  world.step(core::ReopenDone{{true, batch->records.front()->sequence - 1, {1000, 1}, {}}});
  REQUIRE(world.commits_.size() == 1);
  CHECK(world.commits_.front() == batch);
  world.run();
  CHECK(world.releases_.size() == 1);
  CHECK(world.received("PSP-1") == 1);
}

TEST_CASE("an endpoint that is added gets what comes from then on, and only after its stream is stored") {
  World world{depot({endpoint("billing", "payment.*")})};
  world.run();
  world.step(core::EventSeen{payment("PSP-1")});
  world.run();
  world.received_.clear();
  world.step(core::ConfigReady{depot({endpoint("billing", "payment.*"), endpoint("crm", "payment.*")}), "anna", core::Token{9}});
  world.step(core::EventSeen{payment("PSP-2")});
  CHECK(world.attempts_.empty());
  CHECK(world.releases_.empty());
  world.run();
  CHECK(world.received("PSP-1") == 0);
  CHECK(world.received("PSP-2") == 2);
  REQUIRE(world.releases_.size() == 1);
  const auto& applied = std::get<core::Applied>(world.releases_[0].answer);
  CHECK(applied.accepted);
  REQUIRE(applied.lines.size() == 1);
  CHECK(applied.lines[0].find("crm") != std::string::npos);
}

TEST_CASE("a configuration that was refused changes nothing and is told to the cloud") {
  World world{depot({endpoint("ops", "gateway.*")})};
  world.run();
  world.step(core::ConfigRejected{{"endpoints.d/x.yaml:3:5: error E110: unknown key \"fro\""}, "anna", core::Token{3}});
  world.run();
  CHECK(world.received("gateway.config_rejected") == 1);
  CHECK(world.received("E110") == 1);
  REQUIRE(world.releases_.size() == 1);
  CHECK_FALSE(std::get<core::Applied>(world.releases_[0].answer).accepted);
}

TEST_CASE("an endpoint that fails is logged once, and once when it delivers again") {
  World world{depot({endpoint("billing", "payment.*")})};
  world.run();
  world.log_.clear();
  world.step(core::EventSeen{payment("PSP-1")});
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
  world.step(core::EventSeen{payment("PSP-1"), core::Token{1}});
  world.step(core::Stop{});
  world.step(core::EventSeen{payment("PSP-2"), core::Token{2}});
  CHECK_FALSE(world.stopped_);
  REQUIRE(world.releases_.size() == 1);
  CHECK(std::holds_alternative<core::Refused>(world.releases_[0].answer));
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
      first.step(core::EventSeen{payment("PSP-" + std::to_string(i), "T-" + std::to_string(i % 7))});
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
  world.step(core::EventSeen{payment("PSP-1")});
  world.run();
  world.step(core::StatusAsked{core::Token{1}});
  const auto& report = std::get<core::StatusReport>(world.releases_.back().answer);
  CHECK(report.gateway_id == "depot-nord-1");
  CHECK(report.journal == "ok");
  CHECK(report.classes[0].stored == 1);
  REQUIRE(report.endpoints.size() == 1);
  CHECK(report.endpoints[0].delivered == 1);
}

TEST_CASE("the same inputs give the same outputs, byte for byte") {
  const auto story = [] {
    World world{depot({endpoint("billing", "payment.*"), endpoint("all", "all")})};
    for (int i = 0; i < 50; ++i) {
      world.step(core::EventSeen{payment("PSP-" + std::to_string(i), "T-" + std::to_string(i % 3)), core::Token{static_cast<std::uint64_t>(i) + 1}});
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
