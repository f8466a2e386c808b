/// One WebSocket of an OCPP link, with everything about Beast left out. The shell's own classes; core thread only.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "ocpp/exchange.hpp"

namespace chargehook::ocpp::io {

/// Limits and times of a socket.
struct WebSocketOptions {
  std::size_t message_bytes_max = 256 * 1024;
  std::size_t queue_messages_max = 16;  ///< above: the other side's socket is not read
  std::size_t queue_bytes_max = 512 * 1024;
  std::chrono::seconds idle_ping{30};     ///< ping after this long without a frame, give up after twice that
  std::chrono::seconds close_timeout{5};  ///< for the closing handshake
  std::string trust_file;                 ///< PEM, authorities for wss://; empty: the system's
};

/// What a socket tells, each on the io_context's thread and never from within a call of it.
struct WebSocketHandlers {
  std::function<void(Message)> message;
  /// The socket is gone; nothing follows. Code 1006 if there was no close frame.
  std::function<void(std::uint16_t code, std::string reason, bool oversize)> closed;
  /// The queue has become too long (true), or short enough again (false).
  std::function<void(bool)> congested;
};

/// Kept alive by the operations under way; dropping the last pointer closes nothing by itself.
class WebSocket {
 public:
  virtual ~WebSocket() = default;
  virtual void send(Message message) = 0;                          ///< queued; nothing after close
  virtual void close(std::uint16_t code, std::string reason) = 0;  ///< after what is queued, within `close_timeout`
  virtual void set_reading(bool reading) = 0;                      ///< false: the peer is pushed back by TCP
};

/// A connection being made to an upstream. One of the handlers is called once, unless it is abandoned.
class UpstreamDial {
 public:
  struct Handlers {
    std::function<void(std::shared_ptr<WebSocket>, std::string subprotocol)> accepted;
    std::function<void(int status, std::string reason)> refused;  ///< status 0: there was no HTTP answer
  };
  virtual ~UpstreamDial() = default;
  virtual void abandon() = 0;
};

}  // namespace chargehook::ocpp::io
