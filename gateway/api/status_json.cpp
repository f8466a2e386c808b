#include "api/status_json.hpp"

#include <nlohmann/json.hpp>

namespace chargehook::api {

using nlohmann::ordered_json;

namespace {

ordered_json endpoint_json(const delivery::EndpointStatus& endpoint, model::BootTime boot_now) {
  ordered_json undelivered;
  for (std::size_t i = 0; i < endpoint.undelivered_at_least.size(); ++i) {
    undelivered[std::string{to_string(static_cast<model::EventClass>(i))}] = endpoint.undelivered_at_least[i];
  }
  ordered_json json{{"name", endpoint.name},
                    {"delivered", endpoint.delivered},
                    {"failed_attempts", endpoint.failed_attempts},
                    {"failures_in_a_row", endpoint.failures_in_a_row},
                    {"last_failure", nullptr},
                    {"next_attempt_s", nullptr},
                    {"undelivered_at_least", undelivered}};
  if (!endpoint.last_failure.empty()) json["last_failure"] = endpoint.last_failure;
  if (endpoint.next_attempt) {
    const auto wait = std::max(*endpoint.next_attempt - boot_now, model::Nanoseconds{0});
    json["next_attempt_s"] = std::chrono::ceil<std::chrono::seconds>(wait).count();
  }
  return json;
}

}  // namespace

std::string status_json(const core::StatusReport& report, model::BootTime boot_now) {
  ordered_json json{{"gateway", report.gateway_id},
                    {"version", report.version},
                    {"config_hash", report.config_hash},
                    {"timequality", to_string(report.time_quality)},
                    {"uptime_s", report.uptime.count()},
                    {"journal",
                     {{"state", report.journal},
                      {"pages_used", report.usage.pages_used},
                      {"pages_total", report.usage.pages_total}}}};
  for (std::size_t i = 0; i < report.classes.size(); ++i) {
    const auto& counters = report.classes[i];
    json["classes"][std::string{to_string(static_cast<model::EventClass>(i))}] = {{"admitted", counters.admitted},
                                                                                  {"refused", counters.refused},
                                                                                  {"stored", counters.stored},
                                                                                  {"floor", counters.floor}};
  }
  json["endpoints"] = ordered_json::array();
  for (const auto& endpoint : report.endpoints) json["endpoints"].push_back(endpoint_json(endpoint, boot_now));
  return json.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

}  // namespace chargehook::api
