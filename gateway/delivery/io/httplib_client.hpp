/// One kept-alive connection to one receiver, over a blocking cpp-httplib client that is given its sockets by us.
/// The only file pair that includes <httplib.h>. One thread at a time, but for the line, which may be cut by another.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>

#include "delivery/attempt.hpp"
#include "delivery/io/line.hpp"

namespace chargehook::delivery::io {

/// What is kept of an answer.
inline constexpr std::size_t answer_bytes_max = 64 * 1024;

class HttplibClient {
 public:
  /// @param url  names scheme, host and port; the target is taken from each request
  /// @param line what the deadline watch cuts; shared with it
  HttplibClient(const HttpUrl& url, std::shared_ptr<Line> line);
  ~HttplibClient();

  [[nodiscard]] bool serves(const HttpUrl& url) const;

  /// Sends one request and reads the answer. Blocks; name look-up apart, not beyond `deadline` if the line is cut then.
  /// Anything but a whole answer closes the connection. Never throws. `took` is left to the caller.
  [[nodiscard]] AttemptResult post(const AttemptRequest& request, std::chrono::steady_clock::time_point deadline);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

/// Gives back what the TLS library keeps for the calling thread, which must not use a client afterwards. Left to the
/// thread's exit, that could cross the library's clean-up at the exit of the process.
void end_thread();

}  // namespace chargehook::delivery::io
