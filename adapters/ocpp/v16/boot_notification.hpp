/// BootNotification → charger.booted; the charger's make and serial number for all later events. Whatever was charging
/// before a boot has ended. Source: OCPP 1.6 §4.2.
#pragma once

#include <string_view>

#include "ocpp/station.hpp"

namespace chargehook::ocpp::v16 {

/// The charger asks. @return false if it cannot be read
[[nodiscard]] bool boot_called(Station& station, std::string_view message, const Moment& moment, Derived& out);

/// The CSMS has answered. @param moment that of the request, with the present `now`
[[nodiscard]] bool boot_answered(Station& station, std::string_view answer, const Moment& moment, Derived& out);

}  // namespace chargehook::ocpp::v16
