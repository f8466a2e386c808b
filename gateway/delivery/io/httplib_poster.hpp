/// Sends attempts over blocking cpp-httplib clients: per endpoint at most as many threads as it may have connections,
/// each with its own kept-alive client, started when needed, gone after 60 s without work. One deadline thread aborts
/// what takes longer than its total deadline. Decides nothing: each attempt gives exactly one result.
/// Owner: main. `start` and `stop` from the core's thread; `done` runs on a sender's thread, one call at a time. It
/// must not call `stop`.
#pragma once

#include <chrono>
#include <functional>
#include <memory>

#include "delivery/attempt.hpp"

namespace chargehook::delivery::io {

class HttplibPoster {
 public:
  explicit HttplibPoster(std::function<void(AttemptResult)> done,
                         std::chrono::milliseconds idle_limit = std::chrono::seconds{60});

  /// Stops. Threads inside a blocking call (a name look-up has no time limit) are not joined: they own what they use
  /// and end by themselves; after this their results go nowhere. Waits at most 200 ms for the others.
  ~HttplibPoster();

  /// Never blocks. Bounded by the asker: the core keeps at most twice `connections` attempts under way per endpoint.
  void start(AttemptRequest request);

  /// Cuts all connections. No further results, also for what is waiting. Idempotent.
  void stop();

 private:
  struct Shared;
  std::shared_ptr<Shared> shared_;
};

}  // namespace chargehook::delivery::io
