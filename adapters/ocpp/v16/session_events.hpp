/// session.started and session.ended as receivers get them, from what is known of a session. Pure; core thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ocpp/station.hpp"
#include "ocpp/v16/messages.hpp"

namespace chargehook::ocpp::v16 {

/// How a session ended.
struct SessionEnd {
  DeviceTime ended;
  std::optional<std::int64_t> transaction;  ///< as the charger gave it; else the session's own
  std::optional<std::int64_t> meter_stop_wh;
  std::string stop_reason;  ///< OCPP's word; empty when inferred
  std::string stopped_by;   ///< "ev", "user", "csms", "charger"; empty: not known
  std::vector<SignedValue> signed_values;
  std::vector<std::string> warnings;
  model::Basis basis = model::Basis::observed;
};

/// The event of `session.start_event`.
[[nodiscard]] model::Event started_event(const Station& station, int connector, const ChargingSession& session);

/// The event of `session.end_event`; `session.started` of 0 means that the start was never seen.
[[nodiscard]] model::Event ended_event(const Station& station, int connector, const ChargingSession& session,
                                       const SessionEnd& end);

}  // namespace chargehook::ocpp::v16
