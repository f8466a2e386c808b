#include "api/status_json.hpp"

#include <doctest/doctest.h>

namespace chargehook::api {
namespace {

using namespace std::chrono_literals;

core::StatusReport small_report() {
  core::StatusReport report;
  report.gateway_id = "depot-nord-1";
  report.version = "0.1.0";
  report.config_hash = "0123456789abcdef";
  report.time_quality = model::TimeQuality::synced;
  report.uptime = 61s;
  report.journal = "ok";
  report.usage = {1000, 42};
  report.classes[0] = {7, 1, 12, 5};
  return report;
}

delivery::EndpointStatus failing_endpoint(model::BootTime next) {
  delivery::EndpointStatus endpoint;
  endpoint.name = "billing";
  endpoint.delivered = 3;
  endpoint.failed_attempts = 4;
  endpoint.failures_in_a_row = 2;
  endpoint.last_failure = "connect: Connection refused";
  endpoint.next_attempt = next;
  endpoint.undelivered_at_least = {9, 0, 1, 0};
  return endpoint;
}

TEST_CASE("a report is written whole, in a fixed order") {
  CHECK(status_json(small_report(), {}) ==
        R"({"gateway":"depot-nord-1","version":"0.1.0","config_hash":"0123456789abcdef","timequality":"synced",)"
        R"("uptime_s":61,"journal":{"state":"ok","pages_used":42,"pages_total":1000},)"
        R"("classes":{"billing":{"admitted":7,"refused":1,"stored":12,"floor":5},)"
        R"("safety":{"admitted":0,"refused":0,"stored":0,"floor":0},)"
        R"("state":{"admitted":0,"refused":0,"stored":0,"floor":0},)"
        R"("telemetry":{"admitted":0,"refused":0,"stored":0,"floor":0}},"endpoints":[]})");
}

TEST_CASE("an endpoint that fails says why, since how many attempts, and when the next one comes") {
  auto report = small_report();
  report.endpoints.push_back(failing_endpoint(model::BootTime{100s}));
  const auto json = status_json(report, model::BootTime{95'001ms});
  CHECK(json.find(R"("endpoints":[{"name":"billing","delivered":3,"failed_attempts":4,"failures_in_a_row":2,)"
                  R"("last_failure":"connect: Connection refused","next_attempt_s":5,)"
                  R"("undelivered_at_least":{"billing":9,"safety":0,"state":1,"telemetry":0}}])") != std::string::npos);
}

TEST_CASE("an attempt that is due already comes in no time, not in less") {
  auto report = small_report();
  report.endpoints.push_back(failing_endpoint(model::BootTime{100s}));
  CHECK(status_json(report, model::BootTime{200s}).find(R"("next_attempt_s":0,)") != std::string::npos);
}

TEST_CASE("an endpoint that is well has neither failure nor next attempt") {
  auto report = small_report();
  report.endpoints.emplace_back().name = "cloud";
  CHECK(status_json(report, {}).find(R"("last_failure":null,"next_attempt_s":null,)") != std::string::npos);
}

TEST_CASE("a reason that is no text does not break the answer") {
  auto report = small_report();
  report.journal = "the journal cannot be written: \xff";
  CHECK(status_json(report, {}).find("written: \xEF\xBF\xBD\"") != std::string::npos);
}

}  // namespace
}  // namespace chargehook::api
