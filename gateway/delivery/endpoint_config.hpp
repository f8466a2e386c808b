/// A webhook endpoint as configured: plain values, checked by config/.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "delivery/filter.hpp"

namespace chargehook::delivery {

/// Where to send, split once at load. Source: RFC 3986, RFC 9110 §4.2.
struct HttpUrl {
  bool tls = false;
  std::string host;  ///< without brackets for IPv6
  std::uint16_t port = 0;
  std::string target;                           ///< path and query, begins with '/'
  [[nodiscard]] std::string authority() const;  ///< for the Host header: port only when not the scheme's own

  bool operator==(const HttpUrl&) const = default;
};

enum class SignForm : std::uint8_t { none, standard_webhooks };

/// Back-off between attempts on an endpoint that fails.
struct RetryConfig {
  std::chrono::milliseconds first{1000};
  std::chrono::milliseconds longest{5 * 60 * 1000};
};

struct EndpointConfig {
  std::string name;  ///< [a-z0-9-], unique
  HttpUrl url;
  Filter events;
  SignForm sign = SignForm::standard_webhooks;
  std::string secret;       ///< key bytes, decoded; empty when sign is none. Never logged
  std::string secret_name;  ///< file in secrets/
  int connections = 4;      ///< 1 … 16
  std::chrono::milliseconds connect_timeout{5'000};
  std::chrono::milliseconds total_deadline{15'000};  ///< of one attempt, from resolve to the last byte of the answer
  RetryConfig retry;
};

}  // namespace chargehook::delivery
