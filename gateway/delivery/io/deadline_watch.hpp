/// One thread that cuts each armed line when its time has come: time limits of a library are per operation, so a peer
/// that sends one byte a second holds a call for ever.
/// Any thread may call; nothing here blocks for longer than a lock.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>

#include "delivery/io/line.hpp"

namespace chargehook::delivery::io {

class DeadlineWatch {
 public:
  using Time = std::chrono::steady_clock::time_point;
  using Ticket = std::pair<Time, std::uint64_t>;

  DeadlineWatch() = default;
  DeadlineWatch(const DeadlineWatch&) = delete;
  DeadlineWatch& operator=(const DeadlineWatch&) = delete;
  ~DeadlineWatch();

  /// Cuts `line` at `when`; at once after `stop`. Starts the thread on first use.
  /// @throws std::system_error if no thread can be made
  [[nodiscard]] Ticket arm(Time when, std::shared_ptr<Line> line);

  /// After this the line is not cut any more.
  void disarm(const Ticket& ticket);

  /// Cuts every armed line and ends the thread. Idempotent.
  void stop();

 private:
  void run();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<Ticket, std::shared_ptr<Line>> armed_;
  std::uint64_t last_ = 0;
  bool stopped_ = false;
  std::thread thread_;
};

}  // namespace chargehook::delivery::io
