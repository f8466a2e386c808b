// From readings to alarms and telemetry, through the store and out again.
#include <doctest/doctest.h>

#include "grid_meter.hpp"
#include "world.hpp"

namespace chargehook::core {
namespace {

using Endpoints = std::vector<delivery::EndpointConfig>;
using Telemetry = std::vector<pipeline::TelemetrySubscription>;

constexpr std::string_view alarm_row = "rules/alarm/import-limit/";

/// A depot with one meter, at the grid connection.
ConfigPtr metered(const std::vector<rules::RuleConfig>& rules, const Telemetry& telemetry = {},
                  Endpoints endpoints = {endpoint("ops", "load_management.*")}) {
  auto config = std::make_shared<ConfigGeneration>(*depot(std::move(endpoints)));
  auto compiled = rules::compile_rules(config->site, fakes::grid_topology(), rules);
  REQUIRE_FALSE(compiled.has_errors());
  config->rules = compiled.set;
  config->telemetry = telemetry;
  return config;
}

/// One reading a second.
void grid_for(World& world, double watts, int seconds) {
  for (int i = 0; i < seconds; ++i) {
    read_grid(world, watts);
    world.pass(1s);
  }
}

std::size_t stored(const World& world, std::string_view type) {
  const auto& records = world.store_.records();
  return static_cast<std::size_t>(
      std::ranges::count_if(records, [&](const auto& record) { return record->event.type == type; }));
}

const journal::Record& last_stored(const World& world, std::string_view type) {
  const auto& records = world.store_.records();
  const auto found =
      std::ranges::find_if(records.rbegin(), records.rend(), [&](const auto& r) { return r->event.type == type; });
  REQUIRE(found != records.rend());
  return **found;
}

/// The batch, waiting for the disk, that has an event of the type.
journal::BatchPtr batch_with(const World& world, std::string_view type) {
  const auto has = [&](const journal::BatchPtr& batch) {
    return std::ranges::any_of(batch->records, [&](const auto& record) { return record->event.type == type; });
  };
  const auto found = std::ranges::find_if(world.commits_, has);
  return found == world.commits_.end() ? nullptr : *found;
}

bool has_alarm_row(const journal::Batch& batch) {
  return std::ranges::any_of(batch.kv, [](const journal::KvPut& put) { return put.key.starts_with(alarm_row); });
}

TEST_CASE("readings above a limit raise an alarm; its event and its state are in one batch") {
  World world{metered({import_limit()})};
  world.run();
  grid_for(world, 260e3, 29);
  CHECK(world.commits_.empty());
  grid_for(world, 260e3, 3);
  const auto batch = batch_with(world, "load_management.raised");
  REQUIRE(batch != nullptr);
  CHECK(has_alarm_row(*batch));
  CHECK(world.attempts_.empty());  // nothing is told before it is durable
  world.run();
  CHECK(world.received("io.chargehook.load_management.raised") == 1);
  world.step(StatusAsked{Token{1}});
  CHECK(std::get<StatusReport>(world.releases_.back().answer).active_alarms == 1);

  grid_for(world, 230e3, 2);
  const auto end = batch_with(world, "load_management.cleared");
  REQUIRE(end != nullptr);
  CHECK(has_alarm_row(*end));
  world.run();
  CHECK(world.received("io.chargehook.load_management.cleared") == 1);
}

TEST_CASE("an alarm is active over a restart, is not raised again, and ends under its incident") {
  fakes::FakeStore store;
  const auto config = metered({import_limit()});
  {
    World first{config, &store};
    first.run();
    grid_for(first, 260e3, 32);
    first.run();
    REQUIRE(stored(first, "load_management.raised") == 1);
  }
  World second{config, &store};
  second.run();
  grid_for(second, 260e3, 90);
  second.run();
  CHECK(stored(second, "load_management.raised") == 1);
  CHECK(second.received("load_management.raised") == 0);  // the first run had delivered it
  grid_for(second, 230e3, 2);
  second.run();
  CHECK(stored(second, "load_management.cleared") == 1);
  const auto incident = [&](std::string_view type) {
    const auto& data = last_stored(second, type).event.data;
    return data.substr(data.find("inc_"), 30);
  };
  CHECK(incident("load_management.raised") == incident("load_management.cleared"));
}

TEST_CASE("an alarm that was not durable before a crash is raised by the next run") {
  fakes::FakeStore store;
  const auto config = metered({import_limit()});
  {
    World first{config, &store};
    first.run();
    grid_for(first, 260e3, 32);
    REQUIRE(batch_with(first, "load_management.raised") != nullptr);
  }
  World second{config, &store};
  second.run();
  CHECK(stored(second, "load_management.raised") == 0);
  grid_for(second, 260e3, 32);
  second.run();
  CHECK(stored(second, "load_management.raised") == 1);
}

TEST_CASE("an alarm ends when its rule is taken away") {
  World world{metered({import_limit()})};
  world.run();
  grid_for(world, 260e3, 32);
  world.run();
  world.step(ConfigReady{metered({}), "anna", Token{1}});
  world.run();
  CHECK(world.received(R"("cleared_by":"rule_removed")") == 1);
  const auto& lines = std::get<Applied>(world.releases_.back().answer).lines;
  CHECK(lines == std::vector<std::string>{"rule import-limit removed"});
}

TEST_CASE("a rule that was taken away while the gateway stood still ends its alarm at the next start") {
  fakes::FakeStore store;
  {
    World first{metered({import_limit()}), &store};
    first.run();
    grid_for(first, 260e3, 32);
    first.run();
  }
  World second{metered({}), &store};
  second.run();
  CHECK(second.received(R"("cleared_by":"rule_removed")") == 1);
}

TEST_CASE("telemetry goes to the endpoint that subscribed, and to no other that takes all") {
  pipeline::TelemetrySubscription power;
  power.endpoint = "energy";
  power.signals = {*model::find_signal("meter.power")};
  power.as = {pipeline::Aggregate::mean};
  World world{metered({}, {power}, {endpoint("energy", "telemetry.*"), endpoint("archive", "all")})};
  world.run();
  world.received_.clear();
  grid_for(world, 100e3, 61);
  world.run();
  REQUIRE(world.received("telemetry.readings") >= 1);
  for (const auto& request : world.received_) {
    if (request.body.find("telemetry.readings") == std::string::npos) continue;
    CHECK(request.url.target == "/energy");
    CHECK(request.body.find(R"("subject":"telemetry/energy")") != std::string::npos);
  }
}

TEST_CASE("an alarm that finds the queue full is kept and stored when there is room") {
  World world{metered({import_limit()})};
  world.run();
  grid_for(world, 260e3, 20);
  world.step(EventSeen{payment("first"), Token{1}});  // its commit is under way from here on
  for (int i = 0; world.releases_.empty(); ++i) world.step(EventSeen{payment(std::to_string(i)), Token{2}});
  REQUIRE(std::holds_alternative<Refused>(world.releases_.back().answer));
  grid_for(world, 260e3, 15);
  while (world.disk()) {
  }
  REQUIRE(stored(world, "load_management.raised") == 1);
  world.step(EventSeen{payment("last"), Token{3}});
  world.run();
  CHECK(stored(world, "load_management.raised") == 1);
  CHECK(
      std::ranges::any_of(world.store_.opened().kv, [](const auto& row) { return row.first.starts_with(alarm_row); }));
}

TEST_CASE("the same readings give the same alarms and telemetry, byte for byte") {
  const auto story = [] {
    pipeline::TelemetrySubscription power;
    power.endpoint = "archive";
    power.signals = {*model::find_signal("meter.power")};
    power.as = {pipeline::Aggregate::mean, pipeline::Aggregate::max};
    power.every = 10s;
    World world{metered({import_limit()}, {power}, {endpoint("archive", "all")})};
    world.run();
    for (int i = 0; i < 200; ++i) {
      read_grid(world, 200e3 + 1e3 * (i % 90));
      world.pass(1s);
      while (world.disk()) {
      }
    }
    world.run();
    std::string all;
    for (const auto& request : world.received_) all += request.body;
    return all;
  };
  const auto first = story();
  CHECK(first.find("load_management.raised") != std::string::npos);
  CHECK(first.find("telemetry.readings") != std::string::npos);
  CHECK(first == story());
}

}  // namespace
}  // namespace chargehook::core
