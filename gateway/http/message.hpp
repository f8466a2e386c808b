/// An HTTP request as a local client sent it, and the answer it gets: plain values between a listener and what answers.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace chargehook::http {

/// Names one open request of one listener; used up by its answer.
enum class RequestId : std::uint64_t {};

struct Request {
  RequestId id{};
  std::string method;        ///< "GET", "POST"
  std::string target;        ///< path and query
  std::string content_type;  ///< empty if absent
  std::string body;          ///< at most the listener's limit
};

struct Response {
  int status = 200;
  std::string content_type = "application/json";
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
};

}  // namespace chargehook::http
