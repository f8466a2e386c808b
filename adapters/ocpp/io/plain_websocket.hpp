/// WebSockets over plain TCP, both roles. plain_websocket.cpp is the only file that instantiates the stream for plain
/// sockets: it takes the better part of a minute to compile. Core thread only.
#pragma once

#include <memory>
#include <string>

#include "ocpp/io/upgrade.hpp"
#include "ocpp/io/websocket.hpp"

namespace chargehook::ocpp::io {

/// Answers the upgrade request that `upgrade` has read with 101. What is sent before the answer is out waits for it; if
/// it cannot go out, `closed` says so. @param subprotocol empty: no such header
[[nodiscard]] std::shared_ptr<WebSocket> accept_plain(Upgrade& upgrade, const std::string& subprotocol,
                                                      WebSocketOptions options, WebSocketHandlers handlers);

/// Connects to an upstream, `ws://`. @param handlers of the socket, once it is accepted
[[nodiscard]] std::shared_ptr<UpstreamDial> dial_plain(boost::asio::io_context& io, Dial dial, WebSocketOptions options,
                                                       UpstreamDial::Handlers verdict, WebSocketHandlers handlers);

}  // namespace chargehook::ocpp::io
