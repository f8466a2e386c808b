#include "ocpp/v16/faults.hpp"

#include <algorithm>
#include <array>

#include "model/event_id.hpp"
#include "model/json_text.hpp"

namespace chargehook::ocpp::v16 {
namespace {

using model::Severity;

/// Error codes of OCPP 1.6 §7.6. EVCommunicationError is always a warning: the car did not answer.
struct Condition {
  std::string_view code;
  std::string_view name;
  std::string_view title;
  Severity severity;
};
constexpr std::array<Condition, 17> conditions{{
    {"ConnectorLockFailure", "connector-lock-failure", "Connector lock failure", Severity::medium},
    {"EVCommunicationError", "ev-communication-error", "Vehicle does not communicate", Severity::low},
    {"GroundFailure", "ground-failure", "Ground fault", Severity::critical},
    {"HighTemperature", "high-temperature", "Temperature too high", Severity::high},
    {"InternalError", "internal-error", "Internal error", Severity::high},
    {"LocalListConflict", "local-list-conflict", "Local card list conflict", Severity::low},
    {"OtherError", "other-error", "Other error", Severity::medium},
    {"OverCurrentFailure", "overcurrent-failure", "Overcurrent", Severity::critical},
    {"OverVoltage", "overvoltage", "Overvoltage", Severity::high},
    {"PowerMeterFailure", "power-meter-failure", "Power meter failure", Severity::high},
    {"PowerSwitchFailure", "power-switch-failure", "Power switch failure", Severity::critical},
    {"ReaderFailure", "reader-failure", "Card reader failure", Severity::medium},
    {"ResetFailure", "reset-failure", "Reset failure", Severity::medium},
    {"UnderVoltage", "undervoltage", "Undervoltage", Severity::medium},
    {"WeakSignal", "weak-signal", "Weak radio signal", Severity::low},
    {"NoError", "faulted", "Out of order", Severity::high},
    {"", "faulted", "Out of order", Severity::high},
}};

Condition condition_of(std::string_view code) {
  for (const Condition& condition : conditions) {
    if (condition.code == code) return condition;
  }
  return {code, "unknown-error", "Unknown error", Severity::medium};
}

bool says_error(std::string_view code) { return !code.empty() && code != "NoError"; }

/// Error code and vendor code: what makes it the same fault.
std::string fault_key(const StatusRequest& status) {
  return status.error_code + "/" + std::string{meaningful(status.vendor_error)};
}

std::string dedup_key(const Station& station, int connector, std::string_view condition) {
  return station.around->site_id + "/" + station.config.id + "/" + std::to_string(connector) + "/" +
         std::string{condition};
}

void add_text_or_null(model::JsonObject& object, std::string_view name, std::string_view text) {
  text.empty() ? object.add_null(name) : object.add(name, text);
}

std::string title_of(const Station& station, int connector, const Condition& condition) {
  std::string title{condition.title};
  title += " on " + (station.config.name.empty() ? station.config.id : station.config.name);
  if (connector > 0) title += ", EVSE " + std::to_string(connector);
  return title;
}

std::string code_json(const StatusRequest& status) {
  std::string out;
  model::JsonObject object{out};
  add_text_or_null(object, "ocpp", status.error_code);
  add_text_or_null(object, "vendor", meaningful(status.vendor_error));
  object.add_null("mrec").end();
  return out;
}

void add_shared(model::JsonObject& object, const Station& station, int connector) {
  object.add_json("site", station.around->site_json).add_json("charger", charger_json(station));
  object.add_json("connector", connector_json(station, connector));
}

void raise(Station& station, const StatusRequest& status, const DeviceTime& time, Derived& out) {
  const int number = static_cast<int>(status.connector);
  Connector& connector = station.change(number);
  const Condition condition = condition_of(status.error_code);
  OpenFault fault;
  fault.condition = condition.name;
  fault.key = fault_key(status);
  fault.severity = model::to_string(condition.severity);
  fault.raised = time.time;
  const std::string place = std::to_string(number);
  fault.incident = model::make_id("inc_", {station.around->site_id, station.config.id, place, fault.key, time.key});
  std::string data;
  model::JsonObject object{data};
  object.add("incident", fault.incident).add("dedup_key", dedup_key(station, number, fault.condition));
  object.add("condition", fault.condition).add("title", title_of(station, number, condition));
  object.add("severity", fault.severity).add("raised", model::to_rfc3339(fault.raised));
  object.add_json("code", code_json(status));
  add_text_or_null(object, "cause", meaningful(status.info));
  object.add_null("advice").add("out_of_service", status.status == "Faulted");
  const ChargingSession* session = connector.open_session();
  add_text_or_null(object, "session", session == nullptr ? std::string{} : session->id);
  object.add_null("count_24h").add_null("rule").add_null("rule_version").add_json("values", "[]").add_null("shelved");
  add_shared(object, station, number);
  object.end();
  std::string id = model::make_id("evt_", {station.around->site_id, "fault.raised", fault.incident});
  model::Event event =
      make_event(station, "fault.raised", number, std::move(id), model::Basis::observed, time, std::move(data));
  event.severity = condition.severity;
  out.events.push_back(std::move(event));
  connector.faults.push_back(std::move(fault));
}

void clear(const Station& station, int connector, const OpenFault& fault, const DeviceTime& time, Derived& out) {
  std::string data;
  model::JsonObject object{data};
  object.add("incident", fault.incident).add("dedup_key", dedup_key(station, connector, fault.condition));
  object.add("condition", fault.condition).add("severity", fault.severity);
  object.add("raised", model::to_rfc3339(fault.raised)).add("cleared", model::to_rfc3339(time.time));
  const auto lasted = std::chrono::floor<std::chrono::seconds>(time.time - fault.raised).count();
  lasted >= 0 ? object.add("duration_s", std::int64_t{lasted}) : object.add_null("duration_s");
  object.add("cleared_by", "condition").add_null("acknowledged_by");
  add_shared(object, station, connector);
  object.end();
  std::string id = model::make_id("evt_", {station.around->site_id, "fault.cleared", fault.incident});
  model::Event event =
      make_event(station, "fault.cleared", connector, std::move(id), model::Basis::observed, time, std::move(data));
  event.severity = model::parse_severity(fault.severity).value_or(Severity::medium);
  out.events.push_back(std::move(event));
}

/// Whether a message ends the faults it does not name: NoError does, and so does the way out of Faulted (§4.9, I1 to
/// I8).
bool ends_others(const StatusRequest& status, std::string_view previous) {
  return status.status != "Faulted" && (!says_error(status.error_code) || previous == "Faulted");
}

}  // namespace

std::string_view meaningful(std::string_view vendor_text) {
  for (const std::string_view nothing : {"0x0000", "0x0", "0", "null", "NoError", "none"}) {
    if (vendor_text == nothing) return {};
  }
  return vendor_text;
}

void follow_faults(Station& station, const StatusRequest& status, std::string_view previous, const DeviceTime& time,
                   Derived& out) {
  Connector& connector = station.change(status.connector);
  const int number = static_cast<int>(status.connector);
  const bool reports = status.status == "Faulted" || says_error(status.error_code);
  const std::string key = fault_key(status);
  const auto is_reported = [&](const OpenFault& fault) { return reports && fault.key == key; };
  const bool full = connector.faults.size() >= Connector::faults_max;
  std::vector<OpenFault> still_open;
  for (OpenFault& fault : connector.faults) {
    const bool ends = ends_others(status, previous) || (full && &fault == connector.faults.data());
    if (ends && !is_reported(fault)) {
      clear(station, number, fault, time, out);
    } else {
      still_open.push_back(std::move(fault));
    }
  }
  connector.faults = std::move(still_open);
  if (reports && std::none_of(connector.faults.begin(), connector.faults.end(), is_reported)) {
    raise(station, status, time, out);
  }
}

}  // namespace chargehook::ocpp::v16
