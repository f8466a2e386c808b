#include "lossy_file.hpp"

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace chargehook::simulation {
namespace {

constexpr off_t page_bytes = 4096;
constexpr off_t sector_bytes = 512;

off_t last_page(off_t offset, std::size_t length) { return (offset + static_cast<off_t>(length) - 1) / page_bytes; }

int open_raw(const std::string& path) { return ::open(path.c_str(), O_RDWR | O_CLOEXEC); }

}  // namespace

ssize_t carry_out_raw(const Write& write) {
  const auto count = static_cast<int>(write.parts.size());
  return write.at_offset ? ::syscall(SYS_pwritev, write.descriptor, write.parts.data(), count, write.offset, off_t{0})
                         : ::syscall(SYS_writev, write.descriptor, write.parts.data(), count);
}

bool LossyFile::is_in_view(off_t offset, std::size_t length) {
  return never_shrinks_ && view_.covers(path_, offset, length);
}

/// Zeros beyond the end.
std::string LossyFile::read_page(off_t page) {
  if (is_in_view(page * page_bytes, page_bytes)) {
    const auto shown = view_.bytes(page * page_bytes, page_bytes);
    return {shown.data(), shown.size()};
  }
  std::string bytes(page_bytes, '\0');
  const int descriptor = open_raw(path_);  // one that writes the meta page cannot read
  (void)::syscall(SYS_pread64, descriptor, bytes.data(), bytes.size(), page * page_bytes);
  ::close(descriptor);
  return bytes;
}

/// Keeps what the disk has of the pages that are about to be written.
void LossyFile::remember(off_t offset, std::size_t length) {
  for (off_t page = offset / page_bytes; page <= last_page(offset, length); ++page) {
    if (unsynced_.contains(page)) continue;
    if (auto doomed = doomed_.extract(page)) {
      unsynced_.insert(std::move(doomed));
      continue;
    }
    unsynced_.emplace(page, read_page(page));
  }
}

ssize_t LossyFile::write(const Write& write) {
  remember(write.offset, write.length);
  if (!is_in_view(write.offset, write.length)) return carry_out_raw(write);
  view_.write(write.offset, write.parts);
  const auto written = static_cast<ssize_t>(write.length);
  if (!write.at_offset) ::lseek(write.descriptor, write.offset + written, SEEK_SET);
  return written;
}

void LossyFile::settle(const Write& write) {
  const off_t last = last_page(write.offset, write.length);
  for (off_t page = write.offset / page_bytes; page <= last; ++page) unsynced_.erase(page);
}

void LossyFile::doom_all() {
  doomed_.merge(unsynced_);
  unsynced_.clear();
}

void LossyFile::doom_some(Random& random) {
  for (auto& [page, old] : unsynced_) {
    if (random.per_mille(500)) doomed_.emplace(page, std::move(old));
  }
  unsynced_.clear();
}

void LossyFile::drop_cache() {
  for (const auto& [page, old] : doomed_) put_back(page * page_bytes, old);
  doomed_.clear();
}

void LossyFile::revert(Random& random, FaultCounts& faults) {
  drop_cache();
  for (const auto& [page, old] : unsynced_) put_back_some(page, old, random, faults);
  unsynced_.clear();
}

void LossyFile::put_back(off_t offset, std::string_view bytes) {
  const iovec part{const_cast<char*>(bytes.data()), bytes.size()};
  if (is_in_view(offset, bytes.size())) return view_.write(offset, {&part, 1});
  const int descriptor = open_raw(path_);
  if (descriptor < 0) return;
  (void)carry_out_raw({descriptor, {&part, 1}, offset, bytes.size(), true});
  ::close(descriptor);
}

/// An unsynced page is there, gone, or there in some of its sectors.
void LossyFile::put_back_some(off_t page, const std::string& old, Random& random, FaultCounts& faults) {
  const auto dice = random.below(4);
  if (dice == 0) return;
  if (dice < 3) {
    faults.note(Fault::pages_lost);
    return put_back(page * page_bytes, old);
  }
  faults.note(Fault::pages_torn);
  for (off_t at = 0; at < page_bytes; at += sector_bytes) {
    if (!random.per_mille(500)) continue;
    put_back(page * page_bytes + at, std::string_view{old}.substr(static_cast<std::size_t>(at), sector_bytes));
  }
}

}  // namespace chargehook::simulation
