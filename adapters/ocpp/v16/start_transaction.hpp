/// StartTransaction → session.started. The transaction's number exists only in the answer, so the event is made then;
/// without an answer in time it is told without a number and revised later. Source: OCPP 1.6 §4.8, §6.45; errata 3.18.
#pragma once

#include <string_view>

#include "ocpp/station.hpp"
#include "ocpp/v16/messages.hpp"

namespace chargehook::ocpp::v16 {

/// The charger asks. @param message the whole message, kept until the answer
/// @param until when it is told without its number
/// @return false if it cannot be read
[[nodiscard]] bool start_called(Station& station, std::string_view message, const Moment& moment,
                                model::BootTime until);

/// The CSMS has answered `request` with a CALLRESULT. A repeated request with the same answer gives the same event;
/// with another number, the next revision. @param moment that of the request, with the present `now`
[[nodiscard]] bool start_answered(Station& station, std::string_view request, std::string_view answer,
                                  const Moment& moment, Derived& out);

/// Tells pending starts whose time has come. BootTime::max() tells all.
void tell_unanswered_starts(Station& station, const model::Now& now, model::BootTime due, Derived& out);

}  // namespace chargehook::ocpp::v16
