/// Splits "host", "host:port", "[ipv6]:port". Pure; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "config/quantity.hpp"

namespace chargehook::config {

struct HostPort {
  std::string host;  ///< lower case, IPv6 without brackets
  std::optional<std::uint16_t> port;
};

/// Refuses (E160) what is neither a name nor an address, and ports outside 1 to 65535.
[[nodiscard]] Read<HostPort> read_host_port(std::string_view text);

}  // namespace chargehook::config
