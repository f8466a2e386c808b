#include "delivery/endpoint_config.hpp"

namespace chargehook::delivery {

std::string HttpUrl::authority() const {
  const bool ipv6 = host.find(':') != std::string::npos;
  std::string text = ipv6 ? "[" + host + "]" : host;
  const std::uint16_t usual_port = tls ? 443 : 80;
  if (port != usual_port) text += ":" + std::to_string(port);
  return text;
}

}  // namespace chargehook::delivery
