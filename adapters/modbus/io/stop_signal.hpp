/// Ends waits on sockets and clocks early. `raise` from any thread, the waits from one.
#pragma once

#include <chrono>

namespace chargehook::modbus::io {

enum class Wake { readable, writable, timed_out, stopped, failed };

class StopSignal {
 public:
  StopSignal();
  ~StopSignal();
  StopSignal(const StopSignal&) = delete;
  StopSignal& operator=(const StopSignal&) = delete;

  void raise();
  [[nodiscard]] bool is_raised() const;

  /// Waits for a socket or port; -1: for the time alone.
  [[nodiscard]] Wake wait_readable(int descriptor, std::chrono::milliseconds timeout) const;
  [[nodiscard]] Wake wait_writable(int descriptor, std::chrono::milliseconds timeout) const;

 private:
  [[nodiscard]] Wake wait(int descriptor, short events, Wake result, std::chrono::milliseconds timeout) const;

  int event_;
};

}  // namespace chargehook::modbus::io
