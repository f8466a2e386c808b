#include "ocpp/v16/session_end.hpp"

#include "model/event_id.hpp"
#include "ocpp/v16/session_events.hpp"

namespace chargehook::ocpp::v16 {

void number_end(const Station& station, ChargingSession& session, std::initializer_list<std::string_view> key) {
  session.end_supersedes = session.end_event;
  ++session.end_revision;
  const std::string& site = station.around->site_id;
  session.end_event = session.end_revision == 1 ? model::make_id("evt_", key)
                                                : model::make_id("evt_", {site, "session.ended", session.id, "revision",
                                                                          std::to_string(session.end_revision)});
}

void end_by_inference(const Station& station, int connector, ChargingSession& session, const DeviceTime& ended,
                      std::string_view why, Derived& out) {
  // With its number it is another event: should the session be forgotten and told again when its answer comes, both are.
  const std::string number = session.transactions.empty() ? "" : std::to_string(session.transactions.back());
  number_end(station, session, {station.around->site_id, "session.ended", session.id, "inferred", number});
  session.end_final = false;
  SessionEnd end;
  end.ended = ended;
  end.basis = model::Basis::inferred;
  end.warnings = {"inferred_from_" + std::string{why}};
  out.events.push_back(ended_event(station, connector, session, end));
}

void end_all_by_inference(Station& station, const DeviceTime& ended, std::string_view why, Derived& out) {
  for (auto& [number, connector] : station.state.connectors) {
    for (ChargingSession& session : connector.sessions) {
      if (!session.open()) continue;
      end_by_inference(station, number, session, ended, why, out);
      station.connectors_changed.insert(number);
    }
  }
}

}  // namespace chargehook::ocpp::v16
