#include "ocpp/v16/start_transaction.hpp"

#include <algorithm>

#include "model/event_id.hpp"
#include "ocpp/pseudonym.hpp"
#include "ocpp/v16/session_end.hpp"
#include "ocpp/v16/session_events.hpp"

namespace chargehook::ocpp::v16 {
namespace {

std::string number_text(const std::optional<std::int64_t>& number) { return number ? std::to_string(*number) : ""; }

/// What a repetition of the same request has in common, whatever its message id and connection.
std::string fingerprint_of(const Station& station, const StartRequest& request) {
  const std::string card = pseudonym(station.around->persons_key, request.id_tag);
  return model::make_id("start_", {station.around->site_id, station.config.id, std::to_string(request.connector), card,
                                   number_text(request.meter_start_wh), request.timestamp});
}

auto find_pending(Station& station, const std::string& fingerprint) {
  return std::find_if(station.pending.begin(), station.pending.end(),
                      [&](const PendingStart& pending) { return pending.fingerprint == fingerprint; });
}

/// The session that this request began, if it is known. With a clock that cannot be trusted two sessions may look
/// alike, so there only an open one is the same.
ChargingSession* find_repeated(Connector& connector, const std::string& fingerprint, bool clock_is_key) {
  for (auto it = connector.sessions.rbegin(); it != connector.sessions.rend(); ++it) {
    if (it->fingerprint == fingerprint && (clock_is_key || it->open())) return &*it;
  }
  return nullptr;
}

void make_room(Connector& connector) {
  if (connector.sessions.size() < Connector::sessions_max) return;
  auto ended = std::find_if(connector.sessions.begin(), connector.sessions.end(),
                            [](const ChargingSession& session) { return !session.open(); });
  connector.sessions.erase(ended == connector.sessions.end() ? connector.sessions.begin() : ended);
}

/// @param is_answered a start told without an answer is another event than one with its number: should it be forgotten
///                    before the answer comes, that one is not taken for its repetition
ChargingSession begin_session(const Station& station, const StartRequest& request, const DeviceTime& time,
                              bool is_answered) {
  ChargingSession session;
  session.card = pseudonym(station.around->persons_key, request.id_tag);
  session.fingerprint = fingerprint_of(station, request);
  const std::string connector = std::to_string(request.connector);
  const std::string meter = number_text(request.meter_start_wh);
  const std::string& site = station.around->site_id;
  session.id = model::make_id("ses_", {site, station.config.id, connector, session.card, meter, time.key});
  session.start_event = model::make_id("evt_", {site, is_answered ? "session.started" : "session.started unanswered",
                                                station.config.id, connector, session.card, meter, time.key});
  session.started = time.time;
  session.started_quality = time.quality;
  session.started_of = time.of;
  session.meter_start_wh = request.meter_start_wh;
  session.reservation = request.reservation;
  session.offline = time.late;
  return session;
}

/// What the answer adds. @return false if it says nothing new
bool take_answer(const Station& station, const StartAnswer& answer, ChargingSession& session) {
  const bool number_is_new =
      answer.transaction && (session.transactions.empty() || session.transactions.back() != *answer.transaction);
  const std::string group = pseudonym(station.around->persons_key, answer.parent_id_tag);
  if (!number_is_new && session.status == answer.status && session.group == group) return false;
  if (number_is_new) session.transactions.push_back(*answer.transaction);
  if (session.transactions.size() > 4) session.transactions.erase(session.transactions.begin());
  session.status = answer.status;
  session.group = group;
  return true;
}

/// The event id of the next revision; the first one is the natural key alone.
void revise_start(const Station& station, ChargingSession& session) {
  session.start_supersedes = session.start_event;
  ++session.start_revision;
  session.start_event = model::make_id("evt_", {station.around->site_id, "session.started", session.id, "revision",
                                                std::to_string(session.start_revision)});
}

void end_older_sessions(Station& station, int connector, const DeviceTime& time, Derived& out) {
  Connector& place = station.change(connector);
  for (ChargingSession& older : place.sessions) {
    if (older.open() && older.started <= time.time)
      end_by_inference(station, connector, older, time, "next_start", out);
  }
}

void tell_start(Station& station, const StartRequest& request, const StartAnswer* answer, const Moment& moment,
                Derived& out) {
  Connector& place = station.change(request.connector);
  const int connector = static_cast<int>(request.connector);
  const DeviceTime time = device_time(station, request.timestamp, moment);
  ChargingSession fresh = begin_session(station, request, time, answer != nullptr);
  const bool clock_is_key = time.key == model::to_rfc3339(time.time);
  if (ChargingSession* known = find_repeated(place, fresh.fingerprint, clock_is_key)) {
    if (answer != nullptr && take_answer(station, *answer, *known)) revise_start(station, *known);
    out.events.push_back(started_event(station, connector, *known));
    return;
  }
  end_older_sessions(station, connector, time, out);
  if (answer != nullptr) take_answer(station, *answer, fresh);
  make_room(place);
  place.sessions.push_back(std::move(fresh));
  out.events.push_back(started_event(station, connector, place.sessions.back()));
}

}  // namespace

bool start_called(Station& station, std::string_view message, const Moment& moment, model::BootTime until) {
  const auto request = read_start_request(message);
  if (!request || !is_connector(request->connector)) return false;
  const std::string fingerprint = fingerprint_of(station, *request);
  if (find_pending(station, fingerprint) != station.pending.end()) return true;
  if (station.pending.size() == Station::pending_max) return false;
  station.pending.push_back({fingerprint, std::string{message}, moment.connection, moment.message, until});
  return true;
}

bool start_answered(Station& station, std::string_view request_message, std::string_view answer_message,
                    const Moment& moment, Derived& out) {
  const auto request = read_start_request(request_message);
  const auto answer = read_start_answer(answer_message);
  if (!request || !answer || !is_connector(request->connector)) return false;
  const auto pending = find_pending(station, fingerprint_of(station, *request));
  if (pending != station.pending.end()) station.pending.erase(pending);
  tell_start(station, *request, &*answer, moment, out);
  return true;
}

void tell_unanswered_starts(Station& station, const model::Now& now, model::BootTime due, Derived& out) {
  std::vector<PendingStart> waiting;
  waiting.swap(station.pending);
  for (PendingStart& pending : waiting) {
    if (pending.until > due) {
      station.pending.push_back(std::move(pending));
      continue;
    }
    const auto request = read_start_request(pending.request);
    if (request) tell_start(station, *request, nullptr, {now, pending.connection, pending.message}, out);
  }
}

}  // namespace chargehook::ocpp::v16
