/// Splits the address of an endpoint, and says what is wrong with one.
#pragma once

#include <string_view>

#include "config/quantity.hpp"
#include "delivery/endpoint_config.hpp"

namespace chargehook::config {

/// http or https, host, port, path and query. Refused (E143): other schemes, fragments, blanks, hosts that are none;
/// user names and passwords (E144, whose line must not be shown). Source: RFC 3986 §3, RFC 9110 §4.2.
[[nodiscard]] Read<delivery::HttpUrl> read_url(std::string_view text);

/// Whether a host can only be this machine: localhost, 127.0.0.0/8, ::1.
[[nodiscard]] bool is_loopback(std::string_view host);

}  // namespace chargehook::config
