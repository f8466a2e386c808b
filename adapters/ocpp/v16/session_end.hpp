/// Ends of sessions that no message says: firmware forgets the StopTransaction, a hard reset swallows it. Pure.
#pragma once

#include <string_view>

#include "ocpp/station.hpp"

namespace chargehook::ocpp::v16 {

/// Gives the session its next end: revision, event id, what it supersedes. Leaves `final` and fingerprint to the
/// caller.
/// @param key natural key of this end; used for the first revision, later ones are named by session and number
void number_end(const Station& station, ChargingSession& session, std::initializer_list<std::string_view> key);

/// Ends an open session with basis inferred and `final` false: its StopTransaction may still come and is told as the
/// next revision. @param why "connector_available", "next_start", "boot"; becomes a warning in the event
void end_by_inference(const Station& station, int connector, ChargingSession& session, const DeviceTime& ended,
                      std::string_view why, Derived& out);

/// The same for whatever is open on all connectors.
void end_all_by_inference(Station& station, const DeviceTime& ended, std::string_view why, Derived& out);

}  // namespace chargehook::ocpp::v16
