#include "common/ocpp_message.hpp"

namespace chargehook::simulators {
namespace {

using nlohmann::json;

std::string in_quotes(const std::string& text) {
  return json(text).dump(-1, ' ', false, json::error_handler_t::replace);
}

/// An object with a blank after each opening brace, and all else escaped down to ASCII.
std::string payload_text(const json& payload) {
  std::string text = payload.dump(-1, ' ', true, json::error_handler_t::replace);
  if (text.size() > 2 && text.front() == '{') text.insert(1, " ");
  return text;
}

bool is_utf8(std::string_view bytes) {
  try {
    static_cast<void>(json(bytes).dump());
    return true;
  } catch (const json::type_error&) {
    return false;
  }
}

std::string hex(std::string_view bytes) {
  std::string text;
  for (const char byte : bytes) {
    text += "0123456789abcdef"[static_cast<unsigned char>(byte) >> 4];
    text += "0123456789abcdef"[byte & 15];
  }
  return text;
}

}  // namespace

std::optional<OcppMessage> read_message(std::string_view text) {
  json frame = json::parse(text, nullptr, false);
  if (!frame.is_array() || frame.size() < 3 || !frame[0].is_number_integer() || !frame[1].is_string()) {
    return std::nullopt;
  }
  OcppMessage message{static_cast<OcppType>(frame[0].get<int>()), frame[1].get<std::string>(), {}, {}};
  switch (message.type) {
    case OcppType::call:
      if (frame.size() != 4 || !frame[2].is_string() || !frame[3].is_object()) return std::nullopt;
      message.action = frame[2].get<std::string>();
      message.payload = std::move(frame[3]);
      return message;
    case OcppType::result:
    case OcppType::error:
      message.payload = std::move(frame[2]);
      return message;
  }
  return std::nullopt;
}

std::string call_text(const std::string& id, const std::string& action, const json& payload) {
  return "[2, " + in_quotes(id) + ", " + in_quotes(action) + "," + payload_text(payload) + "]";
}

std::string result_text(const std::string& id, const json& payload) {
  return "[3,\n " + in_quotes(id) + ",\n " + payload_text(payload) + "]";
}

std::string error_text(const std::string& id, const std::string& code) {
  return "[4, " + in_quotes(id) + ", " + in_quotes(code) + ", \"\", {} ]";
}

void add_frame(json& line, std::string_view bytes, bool text) {
  if (text && is_utf8(bytes)) {
    line["frame"] = bytes;
    return;
  }
  line["hex"] = hex(bytes);
  if (!text) line["binary"] = true;
}

}  // namespace chargehook::simulators
