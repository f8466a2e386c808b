/// A file of the lossy disk: what the page cache shows of it, and, of each page that is not safe, the bytes that the
/// disk has. Owner: LossyDisk. One thread.
#pragma once

#include <sys/types.h>
#include <sys/uio.h>

#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <string_view>

#include "disk_view.hpp"
#include "faults.hpp"
#include "random.hpp"

namespace chargehook::simulation {

/// A write, as its call gave it.
struct Write {
  int descriptor;
  std::span<const iovec> parts;
  off_t offset;
  std::size_t length;  ///< of all parts
  bool at_offset;      ///< and not where the descriptor stands
};

/// What the system's own call does.
ssize_t carry_out_raw(const Write& write);

class LossyFile {
 public:
  LossyFile(std::string path, bool never_shrinks) : path_(std::move(path)), never_shrinks_(never_shrinks) {}

  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] bool never_shrinks() const { return never_shrinks_; }
  void renamed(std::string path) { path_ = std::move(path); }

  /// Into the page cache; the disk has what it had.
  ssize_t write(const Write& write);
  /// The pages that this write touched are on the disk.
  void settle(const Write& write);
  /// All of them are.
  void settle_all() { unsynced_.clear(); }
  /// The kernel marks the pages clean although they, or some of them, never come to the disk.
  void doom_all();
  void doom_some(Random& random);
  /// Clean pages are read from the disk again; those that a failed sync left out show what the disk has.
  void drop_cache();
  /// See DiskView.
  [[nodiscard]] void* to_read(std::size_t length) { return never_shrinks_ ? view_.to_read(path_, length) : nullptr; }
  [[nodiscard]] bool is_to_read(const void* address) const { return view_.is_to_read(address); }

  /// After a power cut: what was not safe is there or not, as the dice say.
  void revert(Random& random, FaultCounts& faults);

 private:
  using Pages = std::map<off_t, std::string>;  ///< by number: the bytes on the disk

  [[nodiscard]] bool is_in_view(off_t offset, std::size_t length);
  [[nodiscard]] std::string read_page(off_t page);
  void remember(off_t offset, std::size_t length);
  void put_back(off_t offset, std::string_view bytes);
  void put_back_some(off_t page, const std::string& old, Random& random, FaultCounts& faults);

  std::string path_;
  bool never_shrinks_;  ///< only such a file may have a view
  DiskView view_;
  Pages unsynced_;  ///< newer in the page cache, and the next sync brings them to the disk
  Pages doomed_;    ///< newer in the page cache, and nothing will bring them to the disk
};

}  // namespace chargehook::simulation
