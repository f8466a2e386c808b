/// A disk that forgets: what was written and not synced may be gone after the power goes, whole pages or sectors of
/// them; what a failed sync left out is shown by the page cache and is not on the disk. It stands behind the calls that
/// liblmdb and the store make (lossy_calls.cpp) and keeps, of each page that is not safe, the bytes that are.
/// One for the process, as the calls have no other way to find it. One thread.
#pragma once

#include <sys/types.h>
#include <sys/uio.h>

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "faults.hpp"
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
  ssize_t write(int descriptor, const iovec* parts, int count, off_t offset, bool at_offset);
  int sync(int descriptor, long call);
  int allocate(int descriptor, off_t offset, off_t length);
  int rename(const char* from, const char* to);
  void drop_cache(int descriptor);

 private:
  struct FileId {
    dev_t device = 0;
    ino_t number = 0;
    auto operator<=>(const FileId&) const = default;
  };
  using Pages = std::map<off_t, std::string>;  ///< by number: the bytes on the disk
  struct File {
    std::string path;
    bool is_ours = false;
    Pages unsynced;  ///< newer in the page cache, and the next sync brings them to the disk
    Pages doomed;    ///< newer in the page cache, and nothing will bring them to the disk
  };
  enum class Verdict : std::uint8_t { go, fail_undone, fail_done, shorten };

  File* file_of(int descriptor);
  [[nodiscard]] bool is_ours(std::string_view path) const;
  Verdict judge_call();
  void die_if_due();
  static void remember(File& file, off_t offset, std::size_t length);
  void fail_sync(File& file);
  static void put_back(const File& file, const Pages& pages);
  void put_back_some(int descriptor, off_t page, const std::string& old);

  std::string folder_;
  Random* random_ = nullptr;
  FaultCounts* faults_ = nullptr;
  std::map<FileId, File> files_;
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
