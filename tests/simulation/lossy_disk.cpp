#include "lossy_disk.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace chargehook::simulation {
namespace {

constexpr off_t page_bytes = 4096;
constexpr off_t sector_bytes = 512;

std::string path_of(int descriptor) {
  std::array<char, 512> path{};
  const std::string link = "/proc/self/fd/" + std::to_string(descriptor);
  const ssize_t length = ::readlink(link.c_str(), path.data(), path.size());
  return length > 0 ? std::string(path.data(), static_cast<std::size_t>(length)) : std::string{};
}

void write_raw(int descriptor, const char* bytes, std::size_t count, off_t offset) {
  (void)::syscall(SYS_pwrite64, descriptor, bytes, count, offset);
}

int open_raw(const std::string& path) { return ::open(path.c_str(), O_RDWR | O_CLOEXEC); }

/// Through a descriptor of its own: the one that writes the meta page cannot read. Zeros beyond the end.
std::string read_page(const std::string& path, off_t page) {
  std::string bytes(static_cast<std::size_t>(page_bytes), '\0');
  const int descriptor = open_raw(path);
  (void)::syscall(SYS_pread64, descriptor, bytes.data(), bytes.size(), page * page_bytes);
  ::close(descriptor);
  return bytes;
}

}  // namespace

LossyDisk& lossy_disk() {
  static LossyDisk disk;
  return disk;
}

void LossyDisk::begin(std::string folder, Random& random, FaultCounts& faults) {
  *this = LossyDisk{};
  folder_ = std::move(folder);
  random_ = &random;
  faults_ = &faults;
}

void LossyDisk::end() { *this = LossyDisk{}; }

void LossyDisk::arm(DiskFault fault, int countdown) {
  armed_ = fault;
  calls_left_ = countdown;
  fired_ = false;
}

bool LossyDisk::disarm() {
  calls_left_ = 0;
  return fired_;
}

LossyDisk::File* LossyDisk::file_of(int descriptor) {
  if (folder_.empty()) return nullptr;
  struct stat status {};
  if (::fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode)) return nullptr;
  const FileId id{status.st_dev, status.st_ino};
  auto found = files_.find(id);
  if (found == files_.end()) {
    const std::string path = path_of(descriptor);
    std::erase_if(files_, [&](const auto& entry) { return entry.second.path == path; });  // it was removed
    found = files_.try_emplace(id).first;
    found->second.path = path;
    found->second.is_ours = is_ours(path);
  }
  return found->second.is_ours ? &found->second : nullptr;
}

bool LossyDisk::is_ours(std::string_view path) const {
  return path.starts_with(folder_) && (path.ends_with("/data.mdb") || path.find("/held-billing/") != path.npos);
}

LossyDisk::Verdict LossyDisk::judge_call() {
  errno_ = EIO;
  if (is_dead_) return Verdict::fail_undone;
  if (calls_left_ == 0 || --calls_left_ > 0) return is_broken_ ? Verdict::fail_undone : Verdict::go;
  fired_ = true;
  switch (armed_) {
    case DiskFault::cut_before:
      is_dead_ = true;
      faults_->note(Fault::power_cut_before_call);
      return Verdict::fail_undone;
    case DiskFault::cut_after:
      dies_after_ = true;
      faults_->note(Fault::power_cut_after_call);
      return Verdict::go;
    case DiskFault::broken:
      is_broken_ = true;
      faults_->note(Fault::disk_broken);
      return Verdict::fail_undone;
    case DiskFault::no_space:
      errno_ = ENOSPC;
      faults_->note(Fault::write_no_space);
      return Verdict::fail_undone;
    case DiskFault::fail_undone:
      return Verdict::fail_undone;
    case DiskFault::fail_done:
      return Verdict::fail_done;
    case DiskFault::write_short:
      return Verdict::shorten;
  }
  return Verdict::go;
}

/// Behind a call that did its work.
void LossyDisk::die_if_due() {
  if (dies_after_) is_dead_ = true;
  dies_after_ = false;
}

/// Keeps what the disk has of the pages that this write touches.
void LossyDisk::remember(File& file, off_t offset, std::size_t length) {
  const off_t last = (offset + static_cast<off_t>(length) - 1) / page_bytes;
  for (off_t page = offset / page_bytes; page <= last; ++page) {
    if (file.unsynced.contains(page)) continue;
    if (auto doomed = file.doomed.extract(page)) {
      file.unsynced.insert(std::move(doomed));
      continue;
    }
    file.unsynced.emplace(page, read_page(file.path, page));
  }
}

/// The kernel marks the pages clean although some never came to the disk.
void LossyDisk::fail_sync(File& file) {
  for (auto& [page, old] : file.unsynced) {
    if (random_->per_mille(500)) file.doomed.emplace(page, std::move(old));
  }
  file.unsynced.clear();
}

ssize_t LossyDisk::write(int descriptor, const iovec* parts, int count, off_t offset, bool at_offset) {
  const auto act = [&](const iovec* what, int how_many) {
    return at_offset ? ::syscall(SYS_pwritev, descriptor, what, how_many, offset, off_t{0})
                     : ::syscall(SYS_writev, descriptor, what, how_many);
  };
  File* file = file_of(descriptor);
  if (file == nullptr) return act(parts, count);
  const bool is_synchronous = (::fcntl(descriptor, F_GETFL) & O_DSYNC) != 0;
  const Verdict verdict = judge_call();
  if (!at_offset) offset = ::lseek(descriptor, 0, SEEK_CUR);
  std::size_t length = 0;
  for (int i = 0; i < count; ++i) length += parts[i].iov_len;
  if (verdict == Verdict::fail_undone) {
    // A synchronous write that fails may have come as far as the page cache.
    if (is_synchronous && !is_dead_ && random_->per_mille(500)) {
      remember(*file, offset, length);
      (void)act(parts, count);
      file->doomed.merge(file->unsynced);
      file->unsynced.clear();
    }
    if (!is_dead_ && errno_ == EIO && !is_broken_) {
      faults_->note(is_synchronous ? Fault::meta_write_failed : Fault::write_failed);
    }
    errno = errno_;
    return -1;
  }
  remember(*file, offset, length);
  if (verdict == Verdict::shorten) {
    faults_->note(Fault::write_short);
    const iovec half{parts[0].iov_base, parts[0].iov_len / 2};
    return act(&half, 1);
  }
  const ssize_t written = act(parts, count);
  if (is_synchronous && !lies_) {
    for (off_t page = offset / page_bytes; page <= (offset + static_cast<off_t>(length) - 1) / page_bytes; ++page) {
      file->unsynced.erase(page);
    }
  }
  die_if_due();
  if (verdict != Verdict::fail_done) return written;
  faults_->note(is_synchronous ? Fault::meta_write_failed : Fault::write_failed_done);
  errno = EIO;
  return -1;
}

int LossyDisk::sync(int descriptor, long call) {
  const auto act = [&] { return static_cast<int>(::syscall(call, descriptor)); };
  if (folder_.empty()) return act();
  struct stat status {};
  const bool is_folder = ::fstat(descriptor, &status) == 0 && S_ISDIR(status.st_mode);
  File* file = is_folder ? nullptr : file_of(descriptor);
  if (file == nullptr && !is_folder) return act();
  const Verdict verdict = judge_call();
  if (verdict == Verdict::go || verdict == Verdict::fail_done) {
    if (!lies_) {
      if (file != nullptr) file->unsynced.clear();
      if (is_folder) renames_.clear();
    }
    die_if_due();
    if (verdict == Verdict::go) return 0;  // memory has nothing to sync
    faults_->note(Fault::sync_failed_done);
  } else if (!is_dead_) {
    if (file != nullptr) fail_sync(*file);
    if (!is_broken_) faults_->note(Fault::sync_failed);
  }
  errno = EIO;
  return -1;
}

int LossyDisk::allocate(int descriptor, off_t offset, off_t length) {
  const auto act = [&] { return ::syscall(SYS_fallocate, descriptor, 0, offset, length) == 0 ? 0 : errno; };
  if (file_of(descriptor) == nullptr) return act();
  const Verdict verdict = judge_call();
  if (verdict == Verdict::go) {
    const int status = act();
    die_if_due();
    return status;
  }
  if (!is_dead_ && !is_broken_) faults_->note(Fault::allocation_failed);
  return is_dead_ || is_broken_ ? EIO : ENOSPC;
}

int LossyDisk::rename(const char* from, const char* to) {
  const auto act = [&] { return static_cast<int>(::syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0)); };
  if (folder_.empty() || !std::string_view{to}.starts_with(folder_)) return act();
  const Verdict verdict = judge_call();
  if (verdict != Verdict::go) {
    errno = EIO;
    return -1;
  }
  const int status = act();
  if (status == 0) renames_.emplace_back(from, to);
  if (status == 0) std::erase_if(files_, [&](const auto& entry) { return entry.second.path == to; });
  for (auto& [id, file] : files_) {
    if (status == 0 && file.path == from) file.path = to;
  }
  die_if_due();
  return status;
}

/// Clean pages are read from the disk again; those that a failed sync left out show what the disk has.
void LossyDisk::drop_cache(int descriptor) {
  File* file = file_of(descriptor);
  if (file == nullptr || is_dead_) return;
  put_back(*file, file->doomed);
  file->doomed.clear();
}

void LossyDisk::put_back(const File& file, const Pages& pages) {
  if (pages.empty()) return;
  const int descriptor = open_raw(file.path);
  if (descriptor < 0) return;
  for (const auto& [page, old] : pages) write_raw(descriptor, old.data(), old.size(), page * page_bytes);
  ::close(descriptor);
}

/// An unsynced page is there, gone, or there in some of its sectors.
void LossyDisk::put_back_some(int descriptor, off_t page, const std::string& old) {
  const auto dice = random_->below(4);
  if (dice == 0) return;
  if (dice < 3) {
    faults_->note(Fault::pages_lost);
    return write_raw(descriptor, old.data(), old.size(), page * page_bytes);
  }
  faults_->note(Fault::pages_torn);
  for (off_t at = 0; at < page_bytes; at += sector_bytes) {
    if (random_->per_mille(500)) {
      write_raw(descriptor, old.data() + at, static_cast<std::size_t>(sector_bytes), page * page_bytes + at);
    }
  }
}

void LossyDisk::revert() {
  is_dead_ = dies_after_ = is_broken_ = false;
  calls_left_ = 0;
  for (auto& [id, file] : files_) {
    if (!file.is_ours) continue;
    put_back(file, file.doomed);
    const int descriptor = file.unsynced.empty() ? -1 : open_raw(file.path);
    if (descriptor >= 0) {
      for (const auto& [page, old] : file.unsynced) put_back_some(descriptor, page, old);
      ::close(descriptor);
    }
  }
  for (auto rename = renames_.rbegin(); rename != renames_.rend(); ++rename) {
    if (!random_->per_mille(500)) continue;
    faults_->note(Fault::rename_lost);
    (void)::syscall(SYS_renameat2, AT_FDCWD, rename->second.c_str(), AT_FDCWD, rename->first.c_str(), 0);
  }
  renames_.clear();
  files_.clear();  // names may have changed
}

}  // namespace chargehook::simulation
