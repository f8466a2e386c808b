/// Sends attempts as HTTP POSTs on one thread of its own: one io_context, per endpoint at most as many kept-alive
/// connections as it may have, made when needed, gone after 60 s without work. Decides nothing: each attempt gives
/// exactly one result. Names are looked up on further threads (look_ups.hpp).
/// Owner: main. `start` and `stop` from the core's thread; `done` runs on the sender's, one call at a time, and must
/// not call `stop`.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <vector>

#include "delivery/attempt.hpp"

namespace chargehook::delivery::io {

class AsioSender {
 public:
  /// All results that were ready together, at least one.
  using Done = std::function<void(std::vector<AttemptResult>)>;

  /// Starts the thread. @throws std::system_error if the system gives none
  explicit AsioSender(Done done, std::chrono::milliseconds idle_limit = std::chrono::seconds{60});

  /// Stops.
  ~AsioSender();

  /// Never blocks. Bounded by the asker: the core keeps at most twice `connections` attempts under way per endpoint.
  void start(AttemptRequest request);

  /// Closes all connections and ends the thread, which never blocks. No further results, also for what is waiting.
  /// Idempotent.
  void stop();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace chargehook::delivery::io
