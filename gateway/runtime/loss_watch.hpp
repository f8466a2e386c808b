/// Says in the log what adapters drop, refuse or do too late, never one line for each item. One thread (the core's).
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "core/adapter_status.hpp"
#include "runtime/answers.hpp"
#include "runtime/core_loop.hpp"

namespace chargehook::runtime {

/// Which growth of a counter is worth a line: that it begins, and while it goes on, that ten times as much is lost.
/// Pure.
class LossLog {
 public:
  /// A line for each adapter: "broker local: dropped 12 (30 since it started), durable_timeouts 1 (1 since it
  /// started)". An adapter whose counter is smaller than at the last look was started anew.
  [[nodiscard]] std::vector<std::string> look(const std::vector<core::AdapterStatus>& adapters);

 private:
  struct Loss {
    std::uint64_t value = 0;  ///< at the last look
    std::uint64_t said = 0;   ///< in the last line
    bool grows = false;       ///< at the last look it had grown
  };
  using Losses = std::map<std::string, Loss>;  ///< by adapter and counter

  /// @param present gets what is remembered of the adapter
  [[nodiscard]] std::string line_of(const core::AdapterStatus& adapter, Losses& present);
  /// @return whether what has changed since the last look is worth a line
  [[nodiscard]] static bool look_at(Loss& loss, std::uint64_t value);

  Losses losses_;
};

/// Has a look now and then.
class LossWatch {
 public:
  LossWatch(boost::asio::io_context& io, CoreLoop& loop, Answers& answers,
            std::chrono::milliseconds interval = std::chrono::seconds{30});

  void start() { arm(); }
  void stop() { timer_.cancel(); }

 private:
  void arm();
  void look();

  CoreLoop& loop_;
  Answers& answers_;
  const std::chrono::milliseconds interval_;
  boost::asio::steady_timer timer_;
  LossLog log_;
};

}  // namespace chargehook::runtime
