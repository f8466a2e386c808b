/// Members of JSON that a gateway of another version may have written: what is missing, or of another kind, has its
/// default. Pure; any thread. For this module's own sources, which link the library.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <type_traits>

#include "model/result.hpp"

namespace chargehook::api {

template <class T>
T member(const nlohmann::ordered_json& object, const std::string& name, T otherwise = {}) {
  const auto found = object.is_object() ? object.find(name) : object.end();
  if (!object.is_object() || found == object.end()) return otherwise;
  if constexpr (std::is_same_v<T, std::string>) {
    return found->is_string() ? found->template get<std::string>() : otherwise;
  } else if constexpr (std::is_same_v<T, bool>) {
    return found->is_boolean() ? found->template get<bool>() : otherwise;
  } else {
    return found->is_number_unsigned() ? static_cast<T>(found->template get<std::uint64_t>()) : otherwise;
  }
}

inline nlohmann::ordered_json array_in(const nlohmann::ordered_json& object, const std::string& name) {
  return object.contains(name) && object[name].is_array() ? object[name] : nlohmann::ordered_json::array();
}

inline nlohmann::ordered_json object_in(const nlohmann::ordered_json& object, const std::string& name) {
  return object.contains(name) && object[name].is_object() ? object[name] : nlohmann::ordered_json::object();
}

inline model::Error unexpected_answer() { return {"json", "the gateway's answer is not what this version expects"}; }

}  // namespace chargehook::api
