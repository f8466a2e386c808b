/// WebSockets to upstreams over TLS. tls_websocket.cpp is the only file that instantiates the stream for TLS. Core
/// thread only.
#pragma once

#include <boost/asio/io_context.hpp>
#include <memory>

#include "ocpp/io/websocket.hpp"

namespace chargehook::ocpp::io {

/// Connects to an upstream, `wss://`: TLS 1.2 or later, the certificate checked against `options.trust_file` or the
/// system's authorities, and against the host's name or address. @param handlers of the socket, once it is accepted
[[nodiscard]] std::shared_ptr<UpstreamDial> dial_tls(boost::asio::io_context& io, Dial dial, WebSocketOptions options,
                                                     UpstreamDial::Handlers verdict, WebSocketHandlers handlers);

}  // namespace chargehook::ocpp::io
