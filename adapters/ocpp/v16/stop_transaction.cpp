#include "ocpp/v16/stop_transaction.hpp"

#include <algorithm>

#include "model/event_id.hpp"
#include "ocpp/pseudonym.hpp"
#include "ocpp/v16/messages.hpp"
#include "ocpp/v16/session_end.hpp"
#include "ocpp/v16/session_events.hpp"
#include "ocpp/v16/start_transaction.hpp"

namespace chargehook::ocpp::v16 {
namespace {

struct Found {
  int connector = 0;
  ChargingSession* session = nullptr;
};

std::string number_text(const std::optional<std::int64_t>& number) { return number ? std::to_string(*number) : ""; }

/// Who ended it, from OCPP's word (§7.36). Unknown words say nothing.
std::string stopped_by(std::string_view reason) {
  if (reason == "EVDisconnected") return "ev";
  if (reason == "Local") return "user";
  if (reason == "Remote" || reason == "DeAuthorized" || reason == "UnlockCommand") return "csms";
  for (const std::string_view word : {"EmergencyStop", "HardReset", "SoftReset", "Reboot", "PowerLoss", "Other"}) {
    if (reason == word) return "charger";
  }
  return {};
}

/// How well a session fits a stop; the best one is taken. Some CSMS give 0 or -1 to every refused card, so a number
/// alone may fit several.
struct Fit {
  bool open = false;
  bool same_card = false;
  bool meter_fits = false;
  model::WallTime started;
  auto operator<=>(const Fit&) const = default;
};

Fit fit_of(const ChargingSession& session, const StopRequest& request, const std::string& card) {
  const bool meter_known = session.meter_start_wh && request.meter_stop_wh;
  return {session.open(), !card.empty() && card == session.card,
          !meter_known || *request.meter_stop_wh >= *session.meter_start_wh, session.started};
}

bool has_number(const ChargingSession& session, const std::optional<std::int64_t>& number) {
  const auto& known = session.transactions;
  return number && std::find(known.begin(), known.end(), *number) != known.end();
}

template <class Accepts>
Found find_best(Station& station, const StopRequest& request, const Accepts& accepts) {
  const std::string card = pseudonym(station.around->persons_key, request.id_tag);
  Found best;
  Fit best_fit;
  for (auto& [number, connector] : station.state.connectors) {
    for (ChargingSession& session : connector.sessions) {
      if (!accepts(session)) continue;
      const Fit fit = fit_of(session, request, card);
      if (best.session != nullptr && fit <= best_fit) continue;
      best = {number, &session};
      best_fit = fit;
    }
  }
  return best;
}

Found find_session(Station& station, const StopRequest& request, const std::string& fingerprint) {
  Found found =
      find_best(station, request, [&](const auto& session) { return session.end_fingerprint == fingerprint; });
  if (found.session != nullptr) return found;
  found = find_best(station, request, [&](const auto& session) {
    return !session.end_final && has_number(session, request.transaction);  // a CSMS may give a number again
  });
  if (found.session != nullptr) return found;
  // Its start was told without a number, or the answer never reached us: the charger may know one, or write -1.
  return find_best(station, request, [&](const auto& session) {
    return session.transactions.empty() && !session.end_final && fit_of(session, request, {}).meter_fits;
  });
}

/// Equal for a repetition of the same request, whatever its message id and connection.
std::string fingerprint_of(const Station& station, const StopRequest& request) {
  return model::make_id("stop_", {station.around->site_id, station.config.id, number_text(request.transaction),
                                  number_text(request.meter_stop_wh), request.timestamp, request.reason});
}

SessionEnd end_of(const StopRequest& request, DeviceTime ended) {
  SessionEnd end;
  end.ended = std::move(ended);
  end.transaction = request.transaction;
  end.meter_stop_wh = request.meter_stop_wh;
  end.stop_reason = request.reason.empty() ? "Local" : request.reason;
  end.stopped_by = stopped_by(end.stop_reason);
  end.signed_values = request.signed_values;
  if (request.signed_values_cut) end.warnings.emplace_back("signed_values_cut");
  return end;
}

/// A session of which only the end was seen; it is remembered nowhere, its repetition gives the same ids all the same.
void tell_unknown(const Station& station, const StopRequest& request, const DeviceTime& ended, Derived& out) {
  ChargingSession session;
  const std::string number = number_text(request.transaction);
  const std::string meter = number_text(request.meter_stop_wh);
  const std::string& site = station.around->site_id;
  session.id = model::make_id("ses_", {site, station.config.id, "stop", number, ended.key, meter});
  session.card = pseudonym(station.around->persons_key, request.id_tag);
  session.end_final = true;
  number_end(station, session, {site, "session.ended", station.config.id, number, ended.key, meter});
  out.events.push_back(ended_event(station, 0, session, end_of(request, ended)));
}

}  // namespace

bool stop_called(Station& station, std::string_view message, const Moment& moment, Derived& out) {
  const auto request = read_stop_request(message);
  if (!request) return false;
  const std::string fingerprint = fingerprint_of(station, *request);
  Found found = find_session(station, *request, fingerprint);
  if (found.session == nullptr && !station.pending.empty()) {
    tell_unanswered_starts(station, moment.now, model::BootTime::max(), out);
    found = find_session(station, *request, fingerprint);
  }
  DeviceTime ended = device_time(station, request->timestamp, moment);
  if (found.session == nullptr) {
    tell_unknown(station, *request, ended, out);
    return true;
  }
  ChargingSession& session = *found.session;
  if (session.end_fingerprint != fingerprint) {
    // Without a number of its own (-1, or one that was never answered) the session names the end.
    const std::string number =
        has_number(session, request->transaction) ? number_text(request->transaction) : session.id;
    number_end(station, session,
               {station.around->site_id, "session.ended", station.config.id, number, ended.key,
                number_text(request->meter_stop_wh)});
    session.end_fingerprint = fingerprint;
    session.ended = ended.time;
    session.end_final = true;
    station.connectors_changed.insert(found.connector);
  }
  ended.time = session.ended;
  SessionEnd end = end_of(*request, ended);
  if (!has_number(session, request->transaction) && request->transaction < 0) end.transaction.reset();  // the charger's
  out.events.push_back(ended_event(station, found.connector, session, end));
  return true;
}

}  // namespace chargehook::ocpp::v16
