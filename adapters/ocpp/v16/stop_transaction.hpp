/// StopTransaction → session.ended, at the request: the CSMS cannot refuse it. It names no connector, so the session is
/// found by the transaction's number, else among the sessions whose number was never seen. Source: OCPP 1.6 §4.10,
/// §6.49.
#pragma once

#include <string_view>

#include "ocpp/station.hpp"

namespace chargehook::ocpp::v16 {

/// A repeated request gives the same event again; a late one after an inferred end, the next revision; one for a
/// session that was never seen, or has been stopped with other values, an event without start. @return false if it
/// cannot be read
[[nodiscard]] bool stop_called(Station& station, std::string_view message, const Moment& moment, Derived& out);

}  // namespace chargehook::ocpp::v16
