/// The seam between deciding and sending: one attempt goes out, one outcome comes back, in any order.
/// It does not assume that a destination speaks HTTP: another kind brings its own request beside HttpRequest.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "delivery/endpoint_config.hpp"

namespace chargehook::delivery {

enum class AttemptId : std::uint64_t {};

/// One POST, ready to be written. `headers` hold no line breaks.
struct HttpRequest {
  HttpUrl url;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string content_type;
  std::string body;
};

struct AttemptRequest {
  AttemptId id{};
  std::uint32_t endpoint = 0;  ///< connections are kept per endpoint
  int connections = 4;         ///< at most this many at once to this endpoint
  std::chrono::milliseconds connect_timeout{};
  std::chrono::milliseconds total_deadline{};
  HttpRequest request;
};

/// How far an attempt came.
enum class Phase : std::uint8_t { resolve, connect, tls, write, read, answered };
[[nodiscard]] std::string_view to_string(Phase phase);

struct AttemptResult {
  AttemptId id{};
  Phase phase = Phase::resolve;      ///< where it ended; `answered`: an HTTP answer was read whole
  int error = 0;                     ///< errno, getaddrinfo or X.509 code of that phase, 0 if none is known
  std::string reason;                ///< in words, unless answered
  std::string remote_address;        ///< "192.0.2.7:443", empty before connect
  int status = 0;                    ///< HTTP status when answered
  std::string retry_after;           ///< header of that name, empty if absent
  std::string date;                  ///< the same
  std::string body;                  ///< at most 64 KiB of the answer
  std::chrono::microseconds took{};  ///< from start to end, waiting in the queue not counted
};

}  // namespace chargehook::delivery
