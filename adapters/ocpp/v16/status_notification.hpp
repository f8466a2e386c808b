/// StatusNotification → charger.status_changed, fault.raised, fault.cleared, and the end of a session that nobody
/// stopped. Source: OCPP 1.6 §4.9, §7.6 (error codes), §7.7 (states).
#pragma once

#include <string_view>

#include "ocpp/station.hpp"

namespace chargehook::ocpp::v16 {

/// A repetition without change gives nothing. @return false if it cannot be read
[[nodiscard]] bool status_called(Station& station, std::string_view message, const Moment& moment, Derived& out);

}  // namespace chargehook::ocpp::v16
