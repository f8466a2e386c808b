#include "ocpp/v16/session_events.hpp"

#include "model/json_text.hpp"

namespace chargehook::ocpp::v16 {
namespace {

using model::JsonObject;

void add_text_or_null(JsonObject& object, std::string_view name, std::string_view text) {
  text.empty() ? object.add_null(name) : object.add(name, text);
}

void add_number_or_null(JsonObject& object, std::string_view name, const std::optional<std::int64_t>& number) {
  number ? object.add(name, *number) : object.add_null(name);
}

std::string transaction_json(const Station& station, const std::optional<std::int64_t>& number) {
  std::string out;
  JsonObject object{out};
  number ? object.add("id", std::to_string(*number)) : object.add_null("id");
  add_text_or_null(object, "csms", station.csms);
  object.end();
  return out;
}

std::optional<std::int64_t> latest_transaction(const ChargingSession& session) {
  if (session.transactions.empty()) return std::nullopt;
  return session.transactions.back();
}

std::string card_json(const ChargingSession& session) {
  if (session.card.empty()) return "null";
  std::string out;
  JsonObject object{out};
  object.add("id", session.card).add_null("type");
  add_text_or_null(object, "group", session.group);
  object.end();
  return out;
}

std::string authorization_json(const ChargingSession& session) {
  std::string out;
  JsonObject object{out};
  object.add("method", "csms");
  add_text_or_null(object, "status", session.status);
  object.add_null("reference").end();
  return out;
}

void add_shared(JsonObject& object, const Station& station, int connector) {
  object.add_json("site", station.around->site_json);
  object.add_json("charger", charger_json(station));
  object.add_json("connector", connector_json(station, connector));
}

std::string signed_values_json(const std::vector<SignedValue>& values) {
  std::string out = "[";
  for (const SignedValue& value : values) {
    if (out.size() > 1) out += ',';
    JsonObject object{out};
    add_text_or_null(object, "context", value.context);
    object.add("value", value.value).add_null("public_key").end();
  }
  return out + "]";
}

std::string texts_json(const std::vector<std::string>& texts) {
  std::string out = "[";
  for (const std::string& text : texts) {
    if (out.size() > 1) out += ',';
    model::append_json_string(out, text);
  }
  return out + "]";
}

/// Energy between the two register readings; nothing if one is missing or the register went back.
std::optional<std::int64_t> energy_wh(const ChargingSession& session, const SessionEnd& end) {
  if (!session.meter_start_wh || !end.meter_stop_wh || *end.meter_stop_wh < *session.meter_start_wh)
    return std::nullopt;
  std::int64_t energy = 0;
  if (__builtin_sub_overflow(*end.meter_stop_wh, *session.meter_start_wh, &energy)) return std::nullopt;
  return energy;
}

void add_times(JsonObject& object, const ChargingSession& session, const SessionEnd& end) {
  const bool start_known = session.started != model::WallTime{};
  start_known ? object.add("started", model::to_rfc3339(session.started)) : object.add_null("started");
  object.add("ended", model::to_rfc3339(end.ended.time));
  const auto lasted = std::chrono::floor<std::chrono::seconds>(end.ended.time - session.started).count();
  start_known&& lasted >= 0 ? object.add("duration_s", std::int64_t{lasted}) : object.add_null("duration_s");
}

std::vector<std::string> warnings_of(const ChargingSession& session, const SessionEnd& end) {
  std::vector<std::string> warnings = end.warnings;
  if (session.started == model::WallTime{}) warnings.emplace_back("start_unknown");
  if (session.meter_start_wh && end.meter_stop_wh && *end.meter_stop_wh < *session.meter_start_wh) {
    warnings.emplace_back("meter_went_back");
  }
  return warnings;
}

void add_meter(JsonObject& object, const ChargingSession& session, const SessionEnd& end) {
  const auto energy = energy_wh(session, end);
  add_number_or_null(object, "energy_wh", energy);
  energy ? object.add("energy_basis", "register") : object.add_null("energy_basis");
  add_number_or_null(object, "meter_start_wh", session.meter_start_wh);
  add_number_or_null(object, "meter_stop_wh", end.meter_stop_wh);
}

}  // namespace

model::Event started_event(const Station& station, int connector, const ChargingSession& session) {
  std::string data;
  JsonObject object{data};
  object.add("session", session.id);
  object.add_json("transaction", transaction_json(station, latest_transaction(session)));
  object.add("revision", session.start_revision);
  add_text_or_null(object, "revises", session.start_supersedes);
  add_shared(object, station, connector);
  object.add("started", model::to_rfc3339(session.started));
  object.add_null("plugged_in").add_null("start_trigger");
  add_number_or_null(object, "meter_start_wh", session.meter_start_wh);
  object.add_null("soc_start_percent");
  object.add_json("card", card_json(session)).add_json("authorization", authorization_json(session));
  object.add_null("user").add_null("vehicle");
  session.reservation ? object.add("reservation", std::to_string(*session.reservation))
                      : object.add_null("reservation");
  object.add("offline", session.offline).end();
  const auto basis = session.transactions.empty() ? model::Basis::observed : model::Basis::confirmed;
  const DeviceTime time{session.started, session.started_quality, session.offline, {}, session.started_of};
  return make_event(station, "session.started", connector, session.start_event, basis, time, std::move(data));
}

model::Event ended_event(const Station& station, int connector, const ChargingSession& session, const SessionEnd& end) {
  std::string data;
  JsonObject object{data};
  object.add("session", session.id);
  object.add_json("transaction",
                  transaction_json(station, end.transaction ? end.transaction : latest_transaction(session)));
  object.add("revision", session.end_revision).add("final", session.end_final);
  add_text_or_null(object, "revises", session.end_supersedes);
  add_shared(object, station, connector);
  add_times(object, session, end);
  object.add_null("charging_s").add_null("idle_s");
  add_meter(object, session, end);
  object.add_null("meter_serial").add_null("max_power_w").add_null("soc_start_percent").add_null("soc_end_percent");
  add_text_or_null(object, "stop_reason", end.stop_reason);
  add_text_or_null(object, "stopped_by", end.stopped_by);
  object.add_json("card", card_json(session)).add_null("user").add_null("vehicle").add_null("cost");
  object.add_json("periods", "[]").add_json("signed_values", signed_values_json(end.signed_values));
  object.add_json("warnings", texts_json(warnings_of(session, end))).end();
  return make_event(station, "session.ended", connector, session.end_event, end.basis, end.ended, std::move(data));
}

}  // namespace chargehook::ocpp::v16
