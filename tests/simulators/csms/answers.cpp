#include "csms/answers.hpp"

#include "common/line_log.hpp"

namespace chargehook::simulators {

using nlohmann::json;

std::optional<json> Answers::answer(const std::string& action, const json& payload) {
  if (action == "BootNotification") {
    return json{{"status", "Accepted"}, {"currentTime", utc_now()}, {"interval", options_.heartbeat_s}};
  }
  if (action == "Heartbeat") return json{{"currentTime", utc_now()}};
  if (action == "Authorize") return json{{"idTagInfo", card_info(payload)}};
  if (action == "StartTransaction") {
    return json{{"idTagInfo", card_info(payload)}, {"transactionId", transaction_++}};
  }
  if (action == "StopTransaction") return json{{"idTagInfo", card_info(payload)}};
  if (action == "DataTransfer") return json{{"status", "Accepted"}};
  for (const char* silent : {"MeterValues", "StatusNotification", "FirmwareStatusNotification",
                             "DiagnosticsStatusNotification", "SecurityEventNotification"}) {
    if (action == silent) return json::object();
  }
  return std::nullopt;
}

json Answers::card_info(const json& payload) const {
  const auto card = payload.find("idTag");
  const bool blocked = card != payload.end() && card->is_string() && *card == options_.blocked_card;
  return {{"status", blocked ? "Blocked" : "Accepted"}, {"parentIdTag", "FLEET"}};
}

}  // namespace chargehook::simulators
