#include "api/apply_json.hpp"

#include <nlohmann/json.hpp>

namespace chargehook::api {

using nlohmann::json;

namespace {

constexpr std::size_t name_bytes_max = 64;

json parse_object(std::string_view body) {
  auto parsed = json::parse(body, nullptr, false);
  if (!parsed.is_object()) return {};
  return parsed;  // moved: to copy what is nested deep takes a stack as deep
}

std::string dump(const json& value) { return value.dump(-1, ' ', false, json::error_handler_t::replace); }

model::Result<std::string> read_name(std::string_view body, const std::string& member) {
  if (body.empty()) return std::string{"somebody"};
  const auto object = parse_object(body);
  const auto name = object.find(member);
  if (name == object.end() || !name->is_string()) {
    return model::Error{"json", "expected {\"" + member + "\": \"name\"}"};
  }
  return name->get<std::string>().substr(0, name_bytes_max);
}

}  // namespace

model::Result<std::string> read_applied_by(std::string_view body) { return read_name(body, "applied_by"); }

model::Result<std::string> read_accepted_by(std::string_view body) { return read_name(body, "accepted_by"); }

std::string applied_json(const core::Applied& applied) {
  return dump({{"accepted", applied.accepted}, {"lines", applied.lines}});
}

model::Result<core::Applied> read_applied(std::string_view body) {
  const auto object = parse_object(body);
  const auto accepted = object.find("accepted");
  const auto lines = object.find("lines");
  if (accepted == object.end() || !accepted->is_boolean() || lines == object.end() || !lines->is_array()) {
    return model::Error{"json", "the gateway's answer is not what this version expects"};
  }
  core::Applied applied{accepted->get<bool>(), {}};
  for (const auto& line : *lines) {
    if (line.is_string()) applied.lines.push_back(line.get<std::string>());
  }
  return applied;
}

model::Error read_error(std::string_view body) {
  const model::Error unexpected{"json", "the gateway's answer is not what this version expects"};
  const auto object = parse_object(body);
  const auto error = object.find("error");
  if (error == object.end() || !error->is_object()) return unexpected;
  const auto code = error->find("code");
  const auto message = error->find("message");
  const bool is_read = code != error->end() && code->is_string() && message != error->end() && message->is_string();
  return is_read ? model::Error{code->get<std::string>(), message->get<std::string>()} : unexpected;
}

std::string error_json(std::string_view code, std::string_view message) {
  return dump({{"error", {{"code", code}, {"message", message}}}});
}

}  // namespace chargehook::api
