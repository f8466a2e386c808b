/// What the gateway knows of one charger: kept with the events that it explains, so that it survives a restart.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/clock.hpp"
#include "model/event.hpp"

namespace chargehook::ocpp {

/// One charging session: in OCPP 1.6, one transaction.
struct ChargingSession {
  std::string id;                          ///< ses_…, fixed when first seen
  std::string fingerprint;                 ///< of the start request, to know its repetition
  std::string start_event;                 ///< id of the latest session.started
  std::string start_supersedes;            ///< id of the one before, or empty
  std::vector<std::int64_t> transactions;  ///< numbers the CSMS gave; the last one counts; empty: none seen
  int start_revision = 1;
  model::WallTime started;
  model::TimeQuality started_quality = model::TimeQuality::unknown;
  model::TimeOf started_of = model::TimeOf::device;
  std::optional<std::int64_t> meter_start_wh;
  std::string card;    ///< pseudonym, or empty
  std::string group;   ///< pseudonym, or empty
  std::string status;  ///< of the authorization; empty: not known
  std::optional<std::int64_t> reservation;
  bool offline = false;

  int end_revision = 0;         ///< 0: still open
  bool end_final = false;       ///< told by the charger itself
  std::string end_event;        ///< id of the latest session.ended
  std::string end_supersedes;   ///< id of the one before, or empty
  std::string end_fingerprint;  ///< of the stop request, to know its repetition
  model::WallTime ended;        ///< as its event says: a repetition says the same, also where our clock stood in

  [[nodiscard]] bool open() const { return end_revision == 0; }
  bool operator==(const ChargingSession&) const = default;
};

struct OpenFault {
  std::string incident;
  std::string condition;
  std::string key;  ///< error code and vendor code: what makes it the same fault
  std::string severity;
  model::WallTime raised;
  bool operator==(const OpenFault&) const = default;
};

struct Connector {
  static constexpr std::size_t sessions_max = 8;
  static constexpr std::size_t faults_max = 8;

  std::string status;  ///< as OCPP wrote it; empty: never told
  std::string error_code;
  std::string vendor_error;
  std::string info;
  std::string last_time_key;   ///< of the last change: several may carry the same time
  std::int64_t same_time = 0;  ///< changes before the last one with the same time
  std::vector<OpenFault> faults;
  std::vector<ChargingSession> sessions;  ///< oldest first; ended ones stay to know late or repeated messages

  [[nodiscard]] ChargingSession* open_session();
  [[nodiscard]] const ChargingSession* open_session() const;
  bool operator==(const Connector&) const = default;
};

struct ChargerState {
  static constexpr int connector_max = 256;

  std::string vendor;
  std::string model;
  std::string serial;
  std::string firmware;
  std::uint64_t connections = 0;  ///< how often it was connected through us, in all
  std::map<int, Connector> connectors;
};

/// JSON texts for the store. Reading takes anything: what is missing or wrong is as if never known.
[[nodiscard]] std::string write_charger(const ChargerState& state);
void read_charger(std::string_view text, ChargerState& state);
[[nodiscard]] std::string write_connector(const Connector& connector);
[[nodiscard]] Connector read_connector(std::string_view text);

}  // namespace chargehook::ocpp
