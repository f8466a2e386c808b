/// Makes a TCP connection to a named host, address by address, so that it is known where it failed and why.
/// Blocking: the look-up of the name for as long as the system likes, the connecting within its limit. Any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "delivery/attempt.hpp"
#include "delivery/io/line.hpp"

namespace chargehook::delivery::io {

struct DialRequest {
  const std::string& host;  ///< a name or an address
  std::uint16_t port;
  std::chrono::milliseconds limit;                 ///< for connecting; each address gets its share of what is left
  std::chrono::milliseconds io_limit;              ///< for each read and write of the connection, while it lives
  std::chrono::steady_clock::time_point deadline;  ///< of the whole attempt
};

struct Dialled {
  int socket = -1;               ///< connected, blocking, the caller's to close; -1 if none could be made
  Phase phase = Phase::resolve;  ///< where it ended, if none could be made
  int error = 0;                 ///< errno, or the getaddrinfo code in phase resolve
  std::string reason;
  std::string remote_address;  ///< "192.0.2.7:443", "[2001:db8::7]:443": the one connected to, or the last one tried
};

/// `line` is attached to each socket before it connects, so that a cut ends the waiting.
[[nodiscard]] Dialled dial(const DialRequest& request, Line& line);

}  // namespace chargehook::delivery::io
