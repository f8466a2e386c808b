#include "modbus/io/stop_signal.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>

#include "model/result.hpp"

namespace chargehook::modbus::io {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

StopSignal::StopSignal() : event_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) { CHARGEHOOK_ASSERT(event_ >= 0); }

StopSignal::~StopSignal() { ::close(event_); }

void StopSignal::raise() {
  const std::uint64_t one = 1;
  CHARGEHOOK_ASSERT(::write(event_, &one, sizeof one) == sizeof one);
}

bool StopSignal::is_raised() const { return wait_readable(-1, milliseconds{0}) == Wake::stopped; }

Wake StopSignal::wait_readable(int descriptor, milliseconds timeout) const {
  return wait(descriptor, POLLIN, Wake::readable, timeout);
}

Wake StopSignal::wait_writable(int descriptor, milliseconds timeout) const {
  return wait(descriptor, POLLOUT, Wake::writable, timeout);
}

Wake StopSignal::wait(int descriptor, short events, Wake result, milliseconds timeout) const {
  const auto end = Clock::now() + timeout;
  while (true) {
    std::array<pollfd, 2> watched{{{event_, POLLIN, 0}, {descriptor, events, 0}}};
    const auto left = std::chrono::ceil<milliseconds>(end - Clock::now()).count();
    const int count = ::poll(watched.data(), watched.size(), static_cast<int>(std::clamp<long>(left, 0, 3'600'000)));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return Wake::failed;
    if (watched[0].revents != 0) return Wake::stopped;
    if (watched[1].revents != 0) return result;
    if (Clock::now() >= end) return Wake::timed_out;
  }
}

}  // namespace chargehook::modbus::io
