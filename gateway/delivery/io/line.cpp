#include "delivery/io/line.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace chargehook::delivery::io {

Line::~Line() { detach(); }

void Line::begin() {
  const std::lock_guard lock{mutex_};
  cut_ = false;
}

bool Line::attach(int socket) {
  detach();
  const std::lock_guard lock{mutex_};
  if (cut_) return false;
  duplicate_ = ::fcntl(socket, F_DUPFD_CLOEXEC, 0);
  return duplicate_ >= 0;
}

void Line::detach() {
  const std::lock_guard lock{mutex_};
  if (duplicate_ >= 0) ::close(duplicate_);
  duplicate_ = -1;
}

void Line::cut() {
  const std::lock_guard lock{mutex_};
  cut_ = true;
  if (duplicate_ >= 0) ::shutdown(duplicate_, SHUT_RDWR);
}

bool Line::is_cut() const {
  const std::lock_guard lock{mutex_};
  return cut_;
}

}  // namespace chargehook::delivery::io
