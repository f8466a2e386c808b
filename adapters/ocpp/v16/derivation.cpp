#include "ocpp/v16/derivation.hpp"

#include "ocpp/v16/boot_notification.hpp"
#include "ocpp/v16/start_transaction.hpp"
#include "ocpp/v16/status_notification.hpp"
#include "ocpp/v16/stop_transaction.hpp"

namespace chargehook::ocpp::v16 {

CallNeeds called(Station& station, const Frame& frame, std::string_view message, const Moment& moment,
                 model::BootTime start_told_at, Derived& out) {
  if (frame.action == "StatusNotification") return {status_called(station, message, moment, out), false, false};
  if (frame.action == "StartTransaction") return {start_called(station, message, moment, start_told_at), true, false};
  if (frame.action == "StopTransaction") return {stop_called(station, message, moment, out), false, true};
  if (frame.action == "BootNotification") return {boot_called(station, message, moment, out), false, false};
  return {};
}

AnswerNeeds answered(Station& station, const OpenCall& call, std::string_view answer, const Moment& moment,
                     Derived& out) {
  if (call.action == "StartTransaction") {
    const bool understood = start_answered(station, call.request, answer, moment, out);
    return {understood, understood};
  }
  if (call.action == "BootNotification") return {boot_answered(station, answer, moment, out), false};
  return {};
}

}  // namespace chargehook::ocpp::v16
