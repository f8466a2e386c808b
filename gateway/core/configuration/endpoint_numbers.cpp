#include "core/configuration/endpoint_numbers.hpp"

#include <charconv>

namespace chargehook::core {

namespace {

constexpr std::string_view owner = "config/endpoints/";

}  // namespace

EndpointNumbers::EndpointNumbers(const std::map<std::string, std::string>& kv) {
  for (auto it = kv.lower_bound(std::string{owner}); it != kv.end() && it->first.starts_with(owner); ++it) {
    std::uint32_t number = 0;
    std::from_chars(it->second.data(), it->second.data() + it->second.size(), number);
    CHARGEHOOK_ASSERT(number > 0);  // the value's check was right, so we wrote it
    numbers_.emplace(it->first.substr(owner.size()), number);
    next_ = std::max(next_, number + 1);
  }
}

std::vector<journal::KvPut> EndpointNumbers::give(const std::vector<delivery::EndpointConfig>& endpoints) {
  std::vector<journal::KvPut> puts;
  for (const auto& endpoint : endpoints) {
    if (!numbers_.emplace(endpoint.name, next_).second) continue;
    puts.push_back({std::string{owner} + endpoint.name, std::to_string(next_)});
    ++next_;
  }
  return puts;
}

}  // namespace chargehook::core
