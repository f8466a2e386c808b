#include "journal/format/endpoint_key.hpp"

#include <charconv>

namespace chargehook::journal {

std::optional<std::uint32_t> endpoint_number(std::string_view content) {
  std::uint32_t number = 0;
  const char* end = content.data() + content.size();
  const auto read = std::from_chars(content.data(), end, number);
  if (read.ec != std::errc{} || read.ptr != end || number == 0) return std::nullopt;
  return number;
}

std::map<std::uint32_t, std::string> endpoint_names(const std::map<std::string, std::string>& kv) {
  std::map<std::uint32_t, std::string> names;
  for (auto it = kv.lower_bound(std::string{endpoint_owner}); it != kv.end() && it->first.starts_with(endpoint_owner);
       ++it) {
    if (const auto number = endpoint_number(it->second))
      names.emplace(*number, it->first.substr(endpoint_owner.size()));
  }
  return names;
}

}  // namespace chargehook::journal
