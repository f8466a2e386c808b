/// Which of OCPP 1.6's messages mean something to the gateway, and what becomes of each. Pure; core thread.
#pragma once

#include <string_view>

#include "ocpp/frame.hpp"
#include "ocpp/open_calls.hpp"
#include "ocpp/station.hpp"

namespace chargehook::ocpp::v16 {

/// What a call of the charger needs beside its events.
struct CallNeeds {
  bool understood = true;     ///< false: an action that means something, with a payload that cannot be read
  bool keep_request = false;  ///< the answer can only be read together with the request
  bool hold_answer = false;   ///< the answer waits until these events are durable
};
[[nodiscard]] CallNeeds called(Station& station, const Frame& frame, std::string_view message, const Moment& moment,
                               model::BootTime start_told_at, Derived& out);

/// What a CALLRESULT of the CSMS needs beside its events.
struct AnswerNeeds {
  bool understood = true;
  bool hold = false;  ///< it waits until these events are durable
};
/// @param moment that of the call, with the present `now`
[[nodiscard]] AnswerNeeds answered(Station& station, const OpenCall& call, std::string_view answer,
                                   const Moment& moment, Derived& out);

}  // namespace chargehook::ocpp::v16
