#include "disk_faults.hpp"

#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>

namespace chargehook::journal::io::test {
namespace {

std::atomic<int> calls_left{0};  // 0: nothing is armed
std::atomic<bool> broken{false};
std::atomic<bool> fired{false};
std::atomic<FaultKind> fault_kind{FaultKind::not_done};

/// Does the call, or fails it, or both.
template <class Call>
long through_fault(Call call) {
  if (calls_left.load() > 0 && calls_left.fetch_sub(1) == 1) {
    fired = true;
    if (fault_kind.load() == FaultKind::done_all_the_same) {
      (void)call();
      errno = EIO;
      return -1;
    }
    broken = fault_kind.load() == FaultKind::from_there_on;
    errno = EIO;
    return -1;
  }
  if (broken.load()) {
    errno = EIO;
    return -1;
  }
  return call();
}

}  // namespace

void arm_disk_fault(int countdown, FaultKind kind) {
  fired = false;
  fault_kind = kind;
  calls_left = countdown;
}

bool disarm_disk_fault() {
  calls_left = 0;
  broken = false;
  return fired.load();
}

}  // namespace chargehook::journal::io::test

using chargehook::journal::io::test::through_fault;

extern "C" {

ssize_t pwrite(int descriptor, const void* bytes, size_t count, off_t offset) {
  return through_fault([&] { return ::syscall(SYS_pwrite64, descriptor, bytes, count, offset); });
}

ssize_t writev(int descriptor, const iovec* parts, int count) {
  return through_fault([&] { return ::syscall(SYS_writev, descriptor, parts, count); });
}

int fsync(int descriptor) {
  return static_cast<int>(through_fault([&] { return ::syscall(SYS_fsync, descriptor); }));
}

int fdatasync(int descriptor) {
  return static_cast<int>(through_fault([&] { return ::syscall(SYS_fdatasync, descriptor); }));
}
}
