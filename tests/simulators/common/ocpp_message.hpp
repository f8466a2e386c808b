/// The envelope of OCPP-J messages as the simulated charger and CSMS write and read it. Pure; any thread.
/// What they write is legal JSON and not the shortest: whoever relays it by parsing and writing anew is caught.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace chargehook::simulators {

enum class OcppType { call = 2, result = 3, error = 4 };

struct OcppMessage {
  OcppType type{};
  std::string id;
  std::string action;      ///< of a call
  nlohmann::json payload;  ///< of a call or result; of an error its code
};

/// Nothing if it is no such message.
[[nodiscard]] std::optional<OcppMessage> read_message(std::string_view text);

[[nodiscard]] std::string call_text(const std::string& id, const std::string& action, const nlohmann::json& payload);
[[nodiscard]] std::string result_text(const std::string& id, const nlohmann::json& payload);
[[nodiscard]] std::string error_text(const std::string& id, const std::string& code);

/// Puts a WebSocket message into a line of a log, byte for byte: "frame" holds a text, "hex" what is no UTF-8 or is
/// binary ("binary": true).
void add_frame(nlohmann::json& line, std::string_view bytes, bool text);

}  // namespace chargehook::simulators
