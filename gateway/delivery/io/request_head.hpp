/// The bytes of an HTTP/1.1 request that stand before its body. Pure; any thread. Source: RFC 9112 §3, §5; RFC 9110
/// §7.2.
#pragma once

#include <string>

#include "delivery/attempt.hpp"

namespace chargehook::delivery::io {

/// Writes the head of a POST in place of what `out` held, whose memory is used again. Target and headers go out as they
/// stand; Host and Content-Length are added, Host only if the headers have none.
void write_request_head(const HttpRequest& request, std::string& out);

}  // namespace chargehook::delivery::io
