#include "ocpp/frame.hpp"

#include <simdjson.h>

namespace chargehook::ocpp {
namespace {

std::optional<std::string> text_of(simdjson::simdjson_result<simdjson::dom::element> element) {
  std::string_view text;
  if (element.get_string().get(text) == simdjson::SUCCESS) return std::string{text};
  std::int64_t number = 0;
  if (element.get_int64().get(number) == simdjson::SUCCESS) return std::to_string(number);
  return std::nullopt;
}

}  // namespace

std::optional<Frame> read_frame(std::string_view text) {
  static thread_local simdjson::dom::parser parser;
  simdjson::dom::array parts;
  if (parser.parse(text.data(), text.size()).get_array().get(parts) != simdjson::SUCCESS) return std::nullopt;
  std::int64_t type = 0;
  if (parts.at(0).get_int64().get(type) != simdjson::SUCCESS || type < 2 || type > 4) return std::nullopt;
  auto id = text_of(parts.at(1));
  if (!id) return std::nullopt;
  Frame frame{static_cast<MessageType>(type), std::move(*id), {}};
  if (frame.type != MessageType::call) return frame;
  auto action = text_of(parts.at(2));
  if (!action) return std::nullopt;
  frame.action = std::move(*action);
  return frame;
}

}  // namespace chargehook::ocpp
