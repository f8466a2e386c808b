#include "api/import_json.hpp"

#include <nlohmann/json.hpp>

#include "api/json_members.hpp"

namespace chargehook::api {

using nlohmann::ordered_json;

std::string imported_json(const core::Imported& imported) {
  ordered_json json{
      {"taken", imported.taken}, {"already_there", imported.already_there}, {"refused", ordered_json::array()}};
  for (const auto& refused : imported.refused) {
    json["refused"].push_back({{"line", refused.line}, {"reason", refused.reason}});
  }
  return json.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

model::Result<core::Imported> read_imported(std::string_view body) {
  const auto json = ordered_json::parse(body, nullptr, false);
  if (!json.is_object() || !json.contains("taken")) return unexpected_answer();
  core::Imported imported;
  imported.taken = member<std::uint64_t>(json, "taken");
  imported.already_there = member<std::uint64_t>(json, "already_there");
  for (const auto& refused : array_in(json, "refused")) {
    imported.refused.push_back({member<std::size_t>(refused, "line"), member<std::string>(refused, "reason")});
  }
  return imported;
}

}  // namespace chargehook::api
