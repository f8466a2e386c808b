/// An HTTP/1.1 server on a unix socket for local clients. Bounded: header 8 KiB, body as configured, 64 connections,
/// 10 s for a request to arrive, 60 s idle between requests. Decides nothing: each request is handed on, each answer
/// written. The only file pair that includes Beast's HTTP. Owner: main. All calls and handlers on the io_context's
/// thread.
#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "http/message.hpp"
#include "model/result.hpp"

namespace chargehook::http::io {

struct ListenOptions {
  std::string path;      ///< a stale socket there is replaced, anything else is not
  unsigned mode = 0660;  ///< permission bits of the socket
  std::size_t body_bytes_max = 64 * 1024;
  std::size_t connections_max = 64;  ///< one more is answered 503 and closed
  std::size_t header_bytes_max = 8 * 1024;
  std::chrono::milliseconds request_limit{10'000};  ///< for a request to arrive, and for its answer to be taken
  std::chrono::milliseconds idle_limit{60'000};     ///< between requests of one connection
  std::chrono::milliseconds stop_limit{1'000};      ///< for answers under way when it stops
};

class UnixListener {
 public:
  /// @param handle gets every complete request; answer it with `respond`, at once or later, exactly once
  /// @return "listen" with the path and what the system said
  [[nodiscard]] static model::Result<std::unique_ptr<UnixListener>> open(boost::asio::io_context& io,
                                                                         ListenOptions options,
                                                                         std::function<void(Request)> handle);
  ~UnixListener();

  /// Answers a request; nothing happens if its connection is gone meanwhile.
  void respond(RequestId id, Response response);

  /// Accepts no more, lets answers under way go out for at most a second, removes the socket. Idempotent.
  void stop();

 private:
  class Impl;
  explicit UnixListener(std::shared_ptr<Impl> impl);
  std::shared_ptr<Impl> impl_;
};

}  // namespace chargehook::http::io
