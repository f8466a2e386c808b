/// What a callback waits for: each ticket is released once by somebody else. Any thread.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <set>

namespace chargehook::mqtt::io {

enum class Ticket : std::uint64_t {};

class Tickets {
 public:
  [[nodiscard]] Ticket open();

  /// A ticket that is not open any more is passed over.
  void release(Ticket ticket);

  /// @return false, and the ticket is closed, if it was not released in time
  [[nodiscard]] bool wait(Ticket ticket, std::chrono::milliseconds timeout);

  /// Waits until none is open; false after `timeout`.
  [[nodiscard]] bool wait_for_none(std::chrono::milliseconds timeout);

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::set<Ticket> open_;   ///< guarded by mutex_
  std::uint64_t last_ = 0;  ///< guarded by mutex_
};

}  // namespace chargehook::mqtt::io
