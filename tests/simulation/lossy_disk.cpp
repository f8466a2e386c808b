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

constexpr std::string_view database_name = "/data.mdb";
std::string path_of(int descriptor) {
  std::array<char, 512> path{};
  const std::string link = "/proc/self/fd/" + std::to_string(descriptor);
  const ssize_t length = ::readlink(link.c_str(), path.data(), path.size());
  return length > 0 ? std::string(path.data(), static_cast<std::size_t>(length)) : std::string{};
}

std::size_t length_of(std::span<const iovec> parts) {
  std::size_t length = 0;
  for (const auto& part : parts) length += part.iov_len;
  return length;
}

bool is_directory(int descriptor) {
  struct stat status {};
  return ::fstat(descriptor, &status) == 0 && S_ISDIR(status.st_mode);
}

}  // namespace

LossyDisk& lossy_disk() {
  static LossyDisk& disk = *new LossyDisk;  // never destroyed: the calls go on to the very end
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

/// What is ours is asked about once; anything else each time, as the library may open and close it unseen.
LossyDisk::Descriptor LossyDisk::look_up(int descriptor) {
  const auto number = static_cast<std::size_t>(descriptor);
  if (descriptor >= 0 && number < descriptors_.size() && descriptors_[number].file != nullptr) {
    return descriptors_[number];
  }
  LossyFile* file = identify(descriptor);
  if (file == nullptr) return {};
  if (number >= descriptors_.size()) descriptors_.resize(number + 1);
  return descriptors_[number] = {file, (::fcntl(descriptor, F_GETFL) & O_DSYNC) != 0};
}

LossyFile* LossyDisk::identify(int descriptor) {
  if (folder_.empty()) return nullptr;
  struct stat status {};
  if (::fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode)) return nullptr;
  const FileId id{status.st_dev, status.st_ino};
  auto found = files_.find(id);
  if (found == files_.end()) {
    const std::string path = path_of(descriptor);
    if (!is_ours(path)) return nullptr;
    forget_file(path);  // it was removed
    found = files_.try_emplace(id, path, path.ends_with(database_name)).first;
  }
  return &found->second;
}

void LossyDisk::closed(int descriptor) {
  if (descriptor >= 0 && static_cast<std::size_t>(descriptor) < descriptors_.size()) {
    descriptors_[static_cast<std::size_t>(descriptor)] = {};
  }
}

void LossyDisk::forget_file(std::string_view path) {
  if (std::erase_if(files_, [&](const auto& entry) { return entry.second.path() == path; }) > 0) descriptors_.clear();
}

bool LossyDisk::is_ours(std::string_view path) const {
  return path.starts_with(folder_) && (path.ends_with(database_name) || path.find("/held-billing/") != path.npos);
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

ssize_t LossyDisk::write(int descriptor, std::span<const iovec> parts, off_t offset, bool at_offset) {
  const auto [file, is_synchronous] = look_up(descriptor);
  const Write whole{descriptor, parts, file == nullptr || at_offset ? offset : ::lseek(descriptor, 0, SEEK_CUR),
                    length_of(parts), at_offset};
  if (file == nullptr) return carry_out_raw(whole);
  const Verdict verdict = judge_call();
  if (verdict == Verdict::fail_undone) return fail_write(*file, whole, is_synchronous);
  if (verdict == Verdict::shorten) return shorten_write(*file, whole);
  const ssize_t written = file->write(whole);
  if (is_synchronous && !lies_) file->settle(whole);
  die_if_due();
  if (verdict != Verdict::fail_done) return written;
  faults_->note(is_synchronous ? Fault::meta_write_failed : Fault::write_failed_done);
  errno = EIO;
  return -1;
}

/// A synchronous write that fails may have come as far as the page cache.
ssize_t LossyDisk::fail_write(LossyFile& file, const Write& write, bool is_synchronous) {
  if (is_synchronous && !is_dead_ && random_->per_mille(500)) {
    (void)file.write(write);
    file.doom_all();
  }
  if (!is_dead_ && errno_ == EIO && !is_broken_) {
    faults_->note(is_synchronous ? Fault::meta_write_failed : Fault::write_failed);
  }
  errno = errno_;
  return -1;
}

ssize_t LossyDisk::shorten_write(LossyFile& file, const Write& write) {
  faults_->note(Fault::write_short);
  const iovec half{write.parts[0].iov_base, write.parts[0].iov_len / 2};
  return file.write({write.descriptor, {&half, 1}, write.offset, half.iov_len, write.at_offset});
}

int LossyDisk::sync(int descriptor, long call) {
  const auto act = [&] { return static_cast<int>(::syscall(call, descriptor)); };
  if (folder_.empty()) return act();
  LossyFile* file = file_of(descriptor);
  const bool is_folder = file == nullptr && is_directory(descriptor);
  if (file == nullptr && !is_folder) return act();
  const Verdict verdict = judge_call();
  if (verdict == Verdict::go || verdict == Verdict::fail_done) {
    if (!lies_) {
      if (file != nullptr) file->settle_all();
      if (is_folder) renames_.clear();
    }
    die_if_due();
    if (verdict == Verdict::go) return 0;  // memory has nothing to sync
    faults_->note(Fault::sync_failed_done);
  } else if (!is_dead_) {
    if (file != nullptr) file->doom_some(*random_);
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
  if (status == 0) forget_file(to);
  for (auto& [id, file] : files_) {
    if (status == 0 && file.path() == from) file.renamed(to);
  }
  die_if_due();
  return status;
}

void LossyDisk::drop_cache(int descriptor) {
  LossyFile* file = file_of(descriptor);
  if (file != nullptr && !is_dead_) file->drop_cache();
}

void* LossyDisk::map(int descriptor, std::size_t length, off_t offset) {
  LossyFile* file = offset == 0 ? file_of(descriptor) : nullptr;
  return file == nullptr ? nullptr : file->to_read(length);
}

bool LossyDisk::keeps(const void* address) const {
  return std::ranges::any_of(files_, [&](const auto& entry) { return entry.second.is_to_read(address); });
}

void LossyDisk::revert() {
  is_dead_ = dies_after_ = is_broken_ = false;
  calls_left_ = 0;
  for (auto& [id, file] : files_) file.revert(*random_, *faults_);
  // What may have another name by then is found anew. A database keeps its view, and with that its number.
  const bool may_be_renamed = !renames_.empty();
  for (auto rename = renames_.rbegin(); rename != renames_.rend(); ++rename) {
    if (!random_->per_mille(500)) continue;
    faults_->note(Fault::rename_lost);
    (void)::syscall(SYS_renameat2, AT_FDCWD, rename->second.c_str(), AT_FDCWD, rename->first.c_str(), 0);
  }
  renames_.clear();
  std::erase_if(files_, [&](const auto& entry) { return may_be_renamed || !entry.second.never_shrinks(); });
  descriptors_.clear();
}

}  // namespace chargehook::simulation
