#include "ocpp/v16/status_notification.hpp"

#include <array>

#include "model/event_id.hpp"
#include "model/json_text.hpp"
#include "ocpp/v16/faults.hpp"
#include "ocpp/v16/messages.hpp"
#include "ocpp/v16/session_end.hpp"

namespace chargehook::ocpp::v16 {
namespace {

struct Status {
  std::string_view ocpp;
  std::string_view name;  ///< one vocabulary over OCPP 1.6 and 2.x
  std::string_view ocpi;  ///< OCPI 2.2.1 §8.4.22
};
constexpr std::array<Status, 9> statuses{{
    {"Available", "available", "AVAILABLE"},
    {"Preparing", "preparing", "BLOCKED"},
    {"Charging", "charging", "CHARGING"},
    {"SuspendedEV", "suspended_ev", "CHARGING"},
    {"SuspendedEVSE", "suspended_evse", "CHARGING"},
    {"Finishing", "finishing", "BLOCKED"},
    {"Reserved", "reserved", "RESERVED"},
    {"Unavailable", "unavailable", "INOPERATIVE"},
    {"Faulted", "faulted", "OUTOFORDER"},
}};

Status status_named(std::string_view ocpp) {
  for (const Status& status : statuses) {
    if (status.ocpp == ocpp) return status;
  }
  return {ocpp, "unknown", "UNKNOWN"};
}

void add_text_or_null(model::JsonObject& object, std::string_view name, std::string_view text) {
  text.empty() ? object.add_null(name) : object.add(name, text);
}

std::string status_data(const Station& station, int number, const Connector& connector, std::string_view previous,
                        const DeviceTime& time) {
  const Status status = status_named(connector.status);
  std::string data;
  model::JsonObject object{data};
  object.add("status", status.name);
  add_text_or_null(object, "previous", previous.empty() ? previous : status_named(previous).name);
  object.add("since", model::to_rfc3339(time.time));
  object.add("available", connector.status == "Available").add("online", true);
  object.add("ocpp_status", connector.status).add("ocpi_status", status.ocpi);
  add_text_or_null(object, "error_code", connector.error_code == "NoError" ? "" : connector.error_code);
  add_text_or_null(object, "vendor_error", meaningful(connector.vendor_error));
  add_text_or_null(object, "info", meaningful(connector.info));
  object.add("reason", "device");
  const ChargingSession* session = connector.open_session();
  add_text_or_null(object, "session", session == nullptr ? std::string{} : session->id);
  object.add_null("reservation").add_json("site", station.around->site_json);
  object.add_json("charger", charger_json(station)).add_json("connector", connector_json(station, number)).end();
  return data;
}

bool is_repetition(const Connector& connector, const StatusRequest& request) {
  return connector.status == request.status && connector.error_code == request.error_code &&
         connector.vendor_error == request.vendor_error && connector.info == request.info;
}

void tell_status(const Station& station, const StatusRequest& request, std::string_view previous,
                 const DeviceTime& time, Derived& out) {
  const int number = static_cast<int>(request.connector);
  const Connector& connector = station.state.connectors.at(number);
  std::string id = model::make_id("evt_", {station.around->site_id, "charger.status_changed", station.config.id,
                                           std::to_string(number), request.status, request.error_code, time.key});
  out.events.push_back(make_event(station, "charger.status_changed", number, std::move(id), model::Basis::observed,
                                  time, status_data(station, number, connector, previous, time)));
}

void end_forgotten_session(Station& station, const StatusRequest& request, const DeviceTime& time, Derived& out) {
  Connector& connector = station.change(request.connector);
  if (request.status != "Available") return;
  for (ChargingSession& session : connector.sessions) {
    if (session.open() && session.started <= time.time) {
      end_by_inference(station, static_cast<int>(request.connector), session, time, "connector_available", out);
    }
  }
}

/// Changes within one second carry equal times, which is legal; their ids must differ all the same.
void tell_apart(Connector& connector, DeviceTime& time) {
  connector.same_time = connector.last_time_key == time.key ? connector.same_time + 1 : 0;
  connector.last_time_key = time.key;
  if (connector.same_time > 0) time.key += "#" + std::to_string(connector.same_time);
}

}  // namespace

bool status_called(Station& station, std::string_view message, const Moment& moment, Derived& out) {
  auto request = read_status_request(message);
  if (!request || !is_connector(request->connector)) return false;
  const auto known = station.state.connectors.find(static_cast<int>(request->connector));
  if (known != station.state.connectors.end() && is_repetition(known->second, *request)) return true;
  Connector& connector = station.change(request->connector);
  const std::string previous = connector.status;
  DeviceTime time = device_time(station, request->timestamp, moment);
  tell_apart(connector, time);
  connector.status = request->status;
  connector.error_code = request->error_code;
  connector.vendor_error = request->vendor_error;
  connector.info = request->info;
  end_forgotten_session(station, *request, time, out);
  tell_status(station, *request, previous, time, out);
  follow_faults(station, *request, previous, time, out);
  return true;
}

}  // namespace chargehook::ocpp::v16
