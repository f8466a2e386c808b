#include "disk_view.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstring>

namespace chargehook::simulation {
namespace {

/// @return the descriptor of the file under a name that is gone again; negative if there is no such file
int open_unnamed(const std::string& path) {
  const std::string name = path + ".view";
  if (::link(path.c_str(), name.c_str()) != 0) return -1;
  const int descriptor = ::open(name.c_str(), O_RDWR | O_CLOEXEC);
  ::unlink(name.c_str());
  return descriptor;
}

/// By the system's own call: mmap() is answered out of this view.
void* map_all(int descriptor, std::size_t length, int protection) {
  const long mapped = ::syscall(SYS_mmap, nullptr, length, protection, MAP_SHARED | MAP_POPULATE, descriptor, 0);
  return mapped == -1 ? nullptr : reinterpret_cast<void*>(mapped);
}

}  // namespace

DiskView::~DiskView() { unmap(); }

void DiskView::unmap() {
  for (void* const mapped : {static_cast<void*>(begin_), to_read_}) {
    if (mapped != nullptr) (void)::syscall(SYS_munmap, mapped, length_);
  }
  begin_ = nullptr;
  to_read_ = nullptr;
}

void* DiskView::to_read(const std::string& path, std::size_t length) {
  return covers(path, 0, length) && length == length_ ? to_read_ : nullptr;
}

bool DiskView::covers(const std::string& path, off_t offset, std::size_t length) {
  const std::size_t end = static_cast<std::size_t>(offset) + length;
  if (end > length_) map(path);
  return end <= length_;
}

void DiskView::map(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0 || static_cast<std::size_t>(status.st_size) <= length_) return;
  const int descriptor = open_unnamed(path);
  if (descriptor < 0) return;
  const auto length = static_cast<std::size_t>(status.st_size);
  unmap();
  begin_ = static_cast<char*>(map_all(descriptor, length, PROT_READ | PROT_WRITE));
  to_read_ = map_all(descriptor, length, PROT_READ);
  length_ = begin_ == nullptr ? 0 : length;
  ::close(descriptor);
}

std::span<char> DiskView::bytes(off_t offset, std::size_t length) { return {begin_ + offset, length}; }

void DiskView::write(off_t offset, std::span<const iovec> parts) {
  char* to = begin_ + offset;
  for (const auto& part : parts) {
    std::memcpy(to, part.iov_base, part.iov_len);
    to += part.iov_len;
  }
}

}  // namespace chargehook::simulation
