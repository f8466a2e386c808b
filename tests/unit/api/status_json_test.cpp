#include "api/status_json.hpp"

#include <doctest/doctest.h>

namespace chargehook::api {
namespace {

using namespace std::chrono_literals;

StatusAnswer full() {
  StatusAnswer answer;
  answer.config_dir = "/etc/chargehook";
  auto& report = answer.report;
  report.gateway_id = "depot-nord-1";
  report.version = "0.1.0";
  report.config_hash = "0123456789abcdef";
  report.applied_by = "Zo\xC3\xAB \"x\"";
  report.applied_at = *model::parse_rfc3339("2026-11-22T14:02:31.500Z");
  report.running_on_last_good = true;
  report.clock.quality = model::TimeQuality::manual;
  report.clock.source = model::TimeSource::manual;
  report.clock.time = *model::parse_rfc3339("2026-11-22T14:02:31.500Z");
  report.clock.machine = *model::parse_rfc3339("1970-01-01T00:10:00Z");
  report.clock.age = 75s;
  report.clock.by = "anna";
  report.clock.is_impossible = true;
  report.clock.is_revising = true;
  report.clock.trust = {model::TimeSource::csms, model::TimeSource::manual};
  report.clock.learned = {model::Nanoseconds{3}, model::TimeQuality::manual, model::TimeSource::manual,
                          model::BootTime{60s}};
  report.uptime = 90s;
  report.journal = "ok";
  report.usage = {1000, 10};
  report.flash = {true, 12'345'678, 1891, 2.5};
  report.usage.pages_held = 600;
  report.usage.outside_reader = {4711, 1204};
  report.classes[0] = {1, 2, 3, 4};
  report.held_billing = {{"/var/lib/chargehook/held-billing", 3}, 1204, "writing /a: No space left on device"};
  report.active_alarms = 5;
  report.chargers = 6;
  delivery::EndpointStatus endpoint;
  endpoint.name = "billing";
  endpoint.delivered = 7;
  endpoint.failed_attempts = 8;
  endpoint.failures_in_a_row = 9;
  endpoint.last_failure = "503 Service Unavailable";
  endpoint.next_attempt = model::BootTime{1000s + 1500ms};
  endpoint.undelivered_at_least = {1, 0, 2, 0};
  endpoint.pending = {0, 0, 1, 0};
  endpoint.next_pending = model::BootTime{1000s + 7s};
  endpoint.last_refusal = "evt_1 of charger/CP-07: 422 Unprocessable Content";
  endpoint.waits_for_clock = true;
  endpoint.more_waits = true;
  report.endpoints = {endpoint, {}};
  core::AdapterStatus broker{"broker",
                             "local",
                             "",
                             "not connected",
                             "does not run: \"x\"",
                             "Check it",
                             {{"received", 10}},
                             {{"dropped", 11}, {"durable_timeouts", 0}}};
  core::AdapterStatus topic{"topic", "a/<b>", "broker local", "read", "", "", {{"messages", 12}}, {}};
  report.adapters = {broker, topic};
  return answer;
}

TEST_CASE("what is written is read again") {
  const auto read = read_status(status_json(full(), model::BootTime{1000s}));
  REQUIRE(read.has_value());
  const auto& answer = read.value();
  const auto wanted = full();
  CHECK(answer.config_dir == wanted.config_dir);
  CHECK(answer.report.gateway_id == wanted.report.gateway_id);
  CHECK(answer.report.version == wanted.report.version);
  CHECK(answer.report.config_hash == wanted.report.config_hash);
  CHECK(answer.report.applied_by == wanted.report.applied_by);
  CHECK(answer.report.applied_at == wanted.report.applied_at);
  CHECK(answer.report.running_on_last_good);
  CHECK(answer.report.flash == wanted.report.flash);
  CHECK(answer.report.clock.quality == wanted.report.clock.quality);
  CHECK(answer.report.clock.source == wanted.report.clock.source);
  CHECK(answer.report.clock.time == wanted.report.clock.time);
  CHECK(answer.report.clock.machine == wanted.report.clock.machine);
  CHECK(answer.report.clock.age == wanted.report.clock.age);
  CHECK(answer.report.clock.by == "anna");
  CHECK(answer.report.clock.is_impossible);
  CHECK(answer.report.clock.is_revising);
  CHECK(answer.report.clock.trust == wanted.report.clock.trust);
  CHECK(answer.report.clock.learned == wanted.report.clock.learned);
  CHECK(answer.report.uptime == wanted.report.uptime);
  CHECK(answer.report.journal == wanted.report.journal);
  CHECK(answer.report.usage.pages_used == wanted.report.usage.pages_used);
  CHECK(answer.report.usage.pages_held == 600);
  CHECK(answer.report.usage.outside_reader == wanted.report.usage.outside_reader);
  CHECK(answer.report.classes[0].refused == 2);
  CHECK(answer.report.classes[0].floor == 4);
  CHECK(answer.report.held_billing.folder.path == wanted.report.held_billing.folder.path);
  CHECK(answer.report.held_billing.folder.files == 3);
  CHECK(answer.report.held_billing.events == 1204);
  CHECK(answer.report.held_billing.problem == wanted.report.held_billing.problem);
  CHECK(answer.report.active_alarms == 5);
  CHECK(answer.report.chargers == 6);
  CHECK(answer.report.adapters == wanted.report.adapters);
  REQUIRE(answer.report.endpoints.size() == 2);
  const auto& endpoint = answer.report.endpoints[0];
  CHECK(endpoint.name == "billing");
  CHECK(endpoint.failures_in_a_row == 9);
  CHECK(endpoint.last_failure == "503 Service Unavailable");
  CHECK(endpoint.next_attempt == model::BootTime{2s});  // from now on, rounded up
  CHECK(endpoint.undelivered_at_least[2] == 2);
  CHECK(endpoint.pending[2] == 1);
  CHECK(endpoint.next_pending == model::BootTime{7s});
  CHECK(endpoint.last_refusal == wanted.report.endpoints[0].last_refusal);
  CHECK(endpoint.waits_for_clock);
  CHECK(endpoint.more_waits);
  CHECK_FALSE(answer.report.endpoints[1].next_attempt.has_value());
  CHECK(answer.report.endpoints[1].last_failure.empty());
}

TEST_CASE("of the status the clock can be had alone, with who waits for it") {
  const auto text = clock_only(status_json(full(), model::BootTime{1000s}));
  CHECK(text.starts_with(R"({"clock":{"time":"2026-11-22T14:02:31.500Z","quality":"manual","source":"manual",)"));
  CHECK(text.ends_with(R"("waiting":["billing"]})"));
}

TEST_CASE("a deadline that has passed is now") {
  const auto read = read_status(status_json(full(), model::BootTime{5000s}));
  CHECK(read.value().report.endpoints[0].next_attempt == model::BootTime{0s});
}

TEST_CASE("what is no status is refused, what is one of another version is read as far as it goes") {
  for (const char* body : {"", "{", "[]", "7", "{}", R"({"error":{"code":"target"}})"}) {
    CAPTURE(body);
    CHECK(read_status(body).has_error());
  }
  const auto read = read_status(
      R"({"gateway":"a","uptime_s":"x","endpoints":[7,{"name":3,"failures_in_a_row":-1}],"journal":[],"classes":4,)"
      R"("adapters":[7,{"kind":[],"losses":{"dropped":-1,"late":3},"counters":5}]})");
  REQUIRE(read.has_value());
  CHECK(read.value().report.gateway_id == "a");
  CHECK(read.value().report.uptime == 0s);
  CHECK(read.value().report.endpoints.size() == 2);
  REQUIRE(read.value().report.adapters.size() == 2);
  CHECK(read.value().report.adapters[1].losses == std::vector<core::AdapterCounter>{{"late", 3}});
}

}  // namespace
}  // namespace chargehook::api
