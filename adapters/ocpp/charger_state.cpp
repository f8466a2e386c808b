#include "ocpp/charger_state.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace chargehook::ocpp {
namespace {

using Json = nlohmann::json;

Json number_or_null(const std::optional<std::int64_t>& number) { return number ? Json(*number) : Json(nullptr); }

std::string text_at(const Json& object, const char* name) {
  const auto it = object.find(name);
  return it != object.end() && it->is_string() ? it->get<std::string>() : std::string{};
}

std::optional<std::int64_t> number_at(const Json& object, const char* name) {
  const auto it = object.find(name);
  if (it == object.end() || !it->is_number_integer()) return std::nullopt;
  return it->get<std::int64_t>();
}

bool truth_at(const Json& object, const char* name) {
  const auto it = object.find(name);
  return it != object.end() && it->is_boolean() && it->get<bool>();
}

model::WallTime time_at(const Json& object, const char* name) {
  return model::WallTime{model::Nanoseconds{number_at(object, name).value_or(0)}};
}

const Json& list_at(const Json& object, const char* name) {
  static const Json none = Json::array();
  const auto it = object.find(name);
  return it != object.end() && it->is_array() ? *it : none;
}

Json parse_object(std::string_view text) {
  Json json = Json::parse(text, nullptr, false);
  return json.is_object() ? json : Json::object();
}

std::string dump(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

Json to_json(const ChargingSession& session) {
  Json json;
  json["id"] = session.id;
  json["fingerprint"] = session.fingerprint;
  json["start_event"] = session.start_event;
  json["start_supersedes"] = session.start_supersedes;
  json["transactions"] = session.transactions;
  json["start_revision"] = session.start_revision;
  json["started"] = session.started.time_since_epoch().count();
  json["started_quality"] = static_cast<int>(session.started_quality);
  json["started_by_device"] = session.started_of == model::TimeOf::device;
  json["meter_start_wh"] = number_or_null(session.meter_start_wh);
  json["card"] = session.card;
  json["group"] = session.group;
  json["status"] = session.status;
  json["reservation"] = number_or_null(session.reservation);
  json["offline"] = session.offline;
  json["end_revision"] = session.end_revision;
  json["end_final"] = session.end_final;
  json["end_event"] = session.end_event;
  json["end_supersedes"] = session.end_supersedes;
  json["end_fingerprint"] = session.end_fingerprint;
  json["ended"] = session.ended.time_since_epoch().count();
  return json;
}

ChargingSession session_from(const Json& json) {
  ChargingSession session;
  session.id = text_at(json, "id");
  session.fingerprint = text_at(json, "fingerprint");
  session.start_event = text_at(json, "start_event");
  session.start_supersedes = text_at(json, "start_supersedes");
  for (const Json& number : list_at(json, "transactions")) {
    if (number.is_number_integer()) session.transactions.push_back(number.get<std::int64_t>());
  }
  session.start_revision = static_cast<int>(number_at(json, "start_revision").value_or(1));
  session.started = time_at(json, "started");
  const auto quality = std::clamp<std::int64_t>(number_at(json, "started_quality").value_or(0), 0,
                                                static_cast<int>(model::TimeQuality::synced));
  session.started_quality = static_cast<model::TimeQuality>(quality);
  session.started_of = truth_at(json, "started_by_device") ? model::TimeOf::device : model::TimeOf::gateway;
  session.meter_start_wh = number_at(json, "meter_start_wh");
  session.card = text_at(json, "card");
  session.group = text_at(json, "group");
  session.status = text_at(json, "status");
  session.reservation = number_at(json, "reservation");
  session.offline = truth_at(json, "offline");
  session.end_revision = static_cast<int>(number_at(json, "end_revision").value_or(0));
  session.end_final = truth_at(json, "end_final");
  session.end_event = text_at(json, "end_event");
  session.end_supersedes = text_at(json, "end_supersedes");
  session.end_fingerprint = text_at(json, "end_fingerprint");
  session.ended = time_at(json, "ended");
  return session;
}

Json to_json(const OpenFault& fault) {
  Json json;
  json["incident"] = fault.incident;
  json["condition"] = fault.condition;
  json["key"] = fault.key;
  json["severity"] = fault.severity;
  json["raised"] = fault.raised.time_since_epoch().count();
  return json;
}

OpenFault fault_from(const Json& json) {
  return {text_at(json, "incident"), text_at(json, "condition"), text_at(json, "key"), text_at(json, "severity"),
          time_at(json, "raised")};
}

template <class Connectors>
auto* last_open(Connectors& sessions) {
  const auto it = std::find_if(sessions.rbegin(), sessions.rend(), [](const auto& session) { return session.open(); });
  return it == sessions.rend() ? nullptr : &*it;
}

}  // namespace

ChargingSession* Connector::open_session() { return last_open(sessions); }
const ChargingSession* Connector::open_session() const { return last_open(sessions); }

std::string write_charger(const ChargerState& state) {
  Json json;
  json["vendor"] = state.vendor;
  json["model"] = state.model;
  json["serial"] = state.serial;
  json["firmware"] = state.firmware;
  json["connections"] = static_cast<std::int64_t>(state.connections);
  return dump(json);
}

void read_charger(std::string_view text, ChargerState& state) {
  const Json json = parse_object(text);
  state.vendor = text_at(json, "vendor");
  state.model = text_at(json, "model");
  state.serial = text_at(json, "serial");
  state.firmware = text_at(json, "firmware");
  state.connections = static_cast<std::uint64_t>(number_at(json, "connections").value_or(0));
}

std::string write_connector(const Connector& connector) {
  Json json;
  json["status"] = connector.status;
  json["error_code"] = connector.error_code;
  json["vendor_error"] = connector.vendor_error;
  json["info"] = connector.info;
  json["last_time_key"] = connector.last_time_key;
  json["same_time"] = connector.same_time;
  json["faults"] = Json::array();
  for (const OpenFault& fault : connector.faults) json["faults"].push_back(to_json(fault));
  json["sessions"] = Json::array();
  for (const ChargingSession& session : connector.sessions) json["sessions"].push_back(to_json(session));
  return dump(json);
}

Connector read_connector(std::string_view text) {
  const Json json = parse_object(text);
  Connector connector;
  connector.status = text_at(json, "status");
  connector.error_code = text_at(json, "error_code");
  connector.vendor_error = text_at(json, "vendor_error");
  connector.info = text_at(json, "info");
  connector.last_time_key = text_at(json, "last_time_key");
  connector.same_time = number_at(json, "same_time").value_or(0);
  for (const Json& fault : list_at(json, "faults")) connector.faults.push_back(fault_from(fault));
  for (const Json& session : list_at(json, "sessions")) connector.sessions.push_back(session_from(session));
  return connector;
}

}  // namespace chargehook::ocpp
