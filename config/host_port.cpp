#include "config/host_port.hpp"

#include "config/report.hpp"
#include "config/url.hpp"

namespace chargehook::config {
namespace {

Refusal no_host(std::string_view text) {
  return {"E160", in_quotes(text) + " is not a host with a port",
          "write a name or an address: 192.168.10.20 or meter:1502"};
}

/// Where the port begins in what was written; npos if there is none.
std::size_t port_colon(std::string_view text) {
  const std::size_t bracket = text.find(']');
  return text.find(':', bracket == text.npos ? 0 : bracket);
}

}  // namespace

/// A URL has the same host and port: what judges one judges the other.
Read<HostPort> read_host_port(std::string_view text) {
  if (text.find_first_of("/?#@") != text.npos) return no_host(text);
  Read<delivery::HttpUrl> url = read_url("http://" + std::string(text));
  if (std::holds_alternative<Refusal>(url)) return no_host(text);
  auto& parts = std::get<delivery::HttpUrl>(url);
  HostPort out{std::move(parts.host), std::nullopt};
  if (port_colon(text) != text.npos) out.port = parts.port;
  return out;
}

}  // namespace chargehook::config
