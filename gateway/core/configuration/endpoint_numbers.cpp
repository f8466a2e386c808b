#include "core/configuration/endpoint_numbers.hpp"

#include <algorithm>

#include "journal/format/endpoint_key.hpp"

namespace chargehook::core {

EndpointNumbers::EndpointNumbers(const std::map<std::string, std::string>& kv) {
  for (const auto& [number, name] : journal::endpoint_names(kv)) {
    numbers_.emplace(name, number);
    next_ = std::max(next_, number + 1);
  }
}

std::vector<journal::KvPut> EndpointNumbers::give(const std::vector<delivery::EndpointConfig>& endpoints) {
  std::vector<journal::KvPut> puts;
  for (const auto& endpoint : endpoints) {
    if (!numbers_.emplace(endpoint.name, next_).second) continue;
    puts.push_back({std::string{journal::endpoint_owner} + endpoint.name, std::to_string(next_)});
    ++next_;
  }
  return puts;
}

}  // namespace chargehook::core
