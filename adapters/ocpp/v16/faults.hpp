/// What a connector's status says about faults: an incident is open from the first message that reports it to the first
/// that does not. Pure; core thread.
#pragma once

#include "ocpp/station.hpp"
#include "ocpp/v16/messages.hpp"

namespace chargehook::ocpp::v16 {

/// Raises what `status` reports and clears what it no longer does. A vendor's "0x0000" and the like mean nothing.
/// @param previous OCPP's word before, or empty
void follow_faults(Station& station, const StatusRequest& status, std::string_view previous, const DeviceTime& time,
                   Derived& out);

/// The vendor's code, or empty where its text means "none".
[[nodiscard]] std::string_view meaningful(std::string_view vendor_text);

}  // namespace chargehook::ocpp::v16
