// The calls with which liblmdb and the store reach the disk. The program defines them, so the loader binds the library
// to these and not to libc's: data goes through one descriptor and fdatasync, the page that ends a commit through
// another that is opened with O_DSYNC. It has to hear of close, as a number is given to another file after it.
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "lossy_disk.hpp"

using chargehook::simulation::lossy_disk;

extern "C" {

ssize_t pwrite(int descriptor, const void* bytes, size_t count, off_t offset) {
  const iovec part{const_cast<void*>(bytes), count};
  return lossy_disk().write(descriptor, {&part, 1}, offset, true);
}

ssize_t pwrite64(int descriptor, const void* bytes, size_t count, off64_t offset) {
  return pwrite(descriptor, bytes, count, offset);
}

ssize_t pwritev(int descriptor, const iovec* parts, int count, off_t offset) {
  return lossy_disk().write(descriptor, {parts, static_cast<std::size_t>(count)}, offset, true);
}

ssize_t writev(int descriptor, const iovec* parts, int count) {
  return lossy_disk().write(descriptor, {parts, static_cast<std::size_t>(count)}, 0, false);
}

int fdatasync(int descriptor) { return lossy_disk().sync(descriptor, SYS_fdatasync); }

int fsync(int descriptor) { return lossy_disk().sync(descriptor, SYS_fsync); }

int posix_fallocate(int descriptor, off_t offset, off_t length) {
  return lossy_disk().allocate(descriptor, offset, length);
}

int close(int descriptor) {
  lossy_disk().closed(descriptor);
  return static_cast<int>(::syscall(SYS_close, descriptor));
}

void* mmap(void* address, size_t length, int protection, int flags, int descriptor, off_t offset) noexcept {
  const bool is_to_read = address == nullptr && protection == PROT_READ && (flags & MAP_SHARED) != 0;
  void* const kept = is_to_read ? lossy_disk().map(descriptor, length, offset) : nullptr;
  if (kept != nullptr) return kept;
  return reinterpret_cast<void*>(::syscall(SYS_mmap, address, length, protection, flags, descriptor, offset));
}

int munmap(void* address, size_t length) noexcept {
  return lossy_disk().keeps(address) ? 0 : static_cast<int>(::syscall(SYS_munmap, address, length));
}

int rename(const char* from, const char* to) noexcept { return lossy_disk().rename(from, to); }

int posix_fadvise(int descriptor, off_t offset, off_t length, int advice) {
  if (advice == POSIX_FADV_DONTNEED) lossy_disk().drop_cache(descriptor);
  return static_cast<int>(::syscall(SYS_fadvise64, descriptor, offset, length, advice));
}
}
