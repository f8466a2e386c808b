/// What an attempt's result means for the endpoint: the only place that reads status codes.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "delivery/attempt.hpp"

namespace chargehook::delivery {

enum class OutcomeKind : std::uint8_t {
  delivered,  ///< 2xx
  link,       ///< it never got to the receiver: resolve, connect
  endpoint,  ///< the receiver is there and refuses everybody or is broken: TLS, 3xx, 401 403 404 410, 408 425 429, 5xx,
             ///< cut short
  payload,   ///< the receiver refuses this one event: 400 409 413 415 422. 409 too, since as a failure of the endpoint
             ///< one event that "exists already" would stop all others for ever
};

struct Outcome {
  OutcomeKind kind;
  std::optional<std::chrono::seconds> retry_after;
  std::string reason;        ///< for logs and status: "503 Service Unavailable", "connect: Connection refused"
  std::uint16_t status = 0;  ///< HTTP status; 0: there was no answer
};

[[nodiscard]] Outcome judge(const AttemptResult& result);

}  // namespace chargehook::delivery
