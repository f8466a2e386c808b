/// A disk that forgets: what was written and not synced may be gone after the power goes, whole pages or sectors of
/// them; what a failed sync left out is shown by the page cache and is not on the disk. It stands behind the calls that
/// liblmdb and the store make (lossy_calls.cpp), which it lets pass, fail or lose; what a file then has is LossyFile's.
/// One for the process, as the calls have no other way to find it. One thread.
#pragma once

#include <sys/types.h>
#include <sys/uio.h>

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "faults.hpp"
#include "lossy_file.hpp"
#include "random.hpp"

namespace chargehook::simulation {

/// What the disk does at a call.
enum class DiskFault : std::uint8_t { cut_before, cut_after, fail_undone, fail_done, write_short, no_space, broken };

class LossyDisk {
 public:
  /// From here on it stands behind `data.mdb` and held billing in this folder and below. Forgets all of an earlier one.
  void begin(std::string folder, Random& random, FaultCounts& faults);
  void end();

  /// The `countdown`-th write, sync or rename from now (1: the next) comes to this.
  void arm(DiskFault fault, int countdown);
  /// @return whether it came about
  bool disarm();

  /// The power is off: whatever is called does nothing and fails, until revert().
  [[nodiscard]] bool is_dead() const { return is_dead_; }
  void cut_power() { is_dead_ = true; }

  [[nodiscard]] bool is_broken() const { return is_broken_; }
  void mend() { is_broken_ = false; }

  /// After a power cut, with the store closed: what was not safe is there or not, as the dice say. The power is on
  /// again.
  void revert();

  /// The same when only the process has died at that call: the page cache has all that was written.
  void revive() { is_dead_ = dies_after_ = false; }

  /// A disk that lies: syncs do nothing. The run that has to fail.
  void lie() { lies_ = true; }

  // ---- the calls; each does what its system call does, or fails as that would ----
  ssize_t write(int descriptor, std::span<const iovec> parts, off_t offset, bool at_offset);
  int sync(int descriptor, long call);
  int allocate(int descriptor, off_t offset, off_t length);
  int rename(const char* from, const char* to);
  void drop_cache(int descriptor);
  void closed(int descriptor);
  /// @return null if it is not one that stays: the system's own call makes it
  void* map(int descriptor, std::size_t length, off_t offset);
  /// Whether the mapping stays.
  [[nodiscard]] bool keeps(const void* address) const;

 private:
  struct FileId {
    dev_t device = 0;
    ino_t number = 0;
    auto operator<=>(const FileId&) const = default;
  };
  /// An open file, until it is closed.
  struct Descriptor {
    LossyFile* file = nullptr;
    bool is_synchronous = false;
  };
  enum class Verdict : std::uint8_t { go, fail_undone, fail_done, shorten };

  Descriptor look_up(int descriptor);
  LossyFile* file_of(int descriptor) { return look_up(descriptor).file; }
  LossyFile* identify(int descriptor);
  void forget_file(std::string_view path);
  [[nodiscard]] bool is_ours(std::string_view path) const;
  Verdict judge_call();
  void die_if_due();
  ssize_t fail_write(LossyFile& file, const Write& write, bool is_synchronous);
  ssize_t shorten_write(LossyFile& file, const Write& write);

  std::string folder_;
  Random* random_ = nullptr;
  FaultCounts* faults_ = nullptr;
  std::map<FileId, LossyFile> files_;                         ///< ours
  std::vector<Descriptor> descriptors_;                       ///< by number: those of ours
  std::vector<std::pair<std::string, std::string>> renames_;  ///< not yet safe: from, to
  int calls_left_ = 0;                                        ///< 0: nothing is armed
  DiskFault armed_ = DiskFault::fail_undone;
  int errno_ = 0;  ///< of a call that fails
  bool dies_after_ = false;
  bool fired_ = false;
  bool is_dead_ = false;
  bool is_broken_ = false;
  bool lies_ = false;
};

/// The one behind the calls of this process.
LossyDisk& lossy_disk();

}  // namespace chargehook::simulation
