/// Where `kv` says which number an endpoint has: a key per name. Pure; any thread. docs/formats.md: streams, kv.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace chargehook::journal {

/// In front of each name.
inline constexpr std::string_view endpoint_owner = "config/endpoints/";

/// @return nothing if the text is no number from 1
[[nodiscard]] std::optional<std::uint32_t> endpoint_number(std::string_view content);

/// Names by number; what is no number is left out.
[[nodiscard]] std::map<std::uint32_t, std::string> endpoint_names(const std::map<std::string, std::string>& kv);

}  // namespace chargehook::journal
