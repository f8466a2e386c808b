/// One HTTP request over a unix socket, for the command line. Blocks the caller.
#pragma once

#include <chrono>
#include <string>

#include "http/message.hpp"
#include "model/result.hpp"

namespace chargehook::http::io {

/// Of the answer's headers it gives content type and Retry-After.
/// @return "connect" if nobody listens at `path`, "http" if the answer broke off or is not HTTP, "timeout"
[[nodiscard]] model::Result<Response> call(const std::string& path, const Request& request,
                                           std::chrono::milliseconds timeout);

}  // namespace chargehook::http::io
