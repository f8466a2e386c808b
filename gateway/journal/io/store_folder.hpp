/// The folder of the store as the file system sees it: its lock, its file, and the pages of it in memory.
/// Failures are Errors: "locked", or "io" with what the system said.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "model/result.hpp"

namespace chargehook::journal::io {

/// A file descriptor that closes itself.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept;
  Descriptor& operator=(Descriptor&& other) noexcept;
  ~Descriptor();
  [[nodiscard]] int number() const { return number_; }

 private:
  int number_ = -1;
};

/// Makes the folder if it is missing, and takes `lock` in it for as long as the descriptor lives.
[[nodiscard]] model::Result<Descriptor> lock_folder(const std::string& folder);

/// Bytes of a file; 0 if there is none.
[[nodiscard]] std::uint64_t file_bytes(const std::string& path);

/// Claims the disk space of the file up to `bytes`, and syncs it.
[[nodiscard]] model::Result<void> preallocate(const std::string& path, std::uint64_t bytes);

[[nodiscard]] model::Result<void> sync_folder(const std::string& folder);

/// Renames over nothing and syncs the folder it comes to.
[[nodiscard]] model::Result<void> move_into_place(const std::string& from, const std::string& to);

/// Has the kernel forget the file's clean pages: after a failed sync they may hold what never reached the disk.
[[nodiscard]] model::Result<void> drop_page_cache(const std::string& path);

/// Where a file is mapped in this process; empty if it is not.
struct MappedRange {
  std::uintptr_t begin = 0;
  std::uintptr_t end = 0;
};
[[nodiscard]] MappedRange find_mapping(const std::string& path);

/// The parts of the map that a read has touched, given back to the system at its end: without this a drain of a store
/// brings all of it into our resident memory. Works in blocks of 64 KiB, which is what one page fault may map.
class TouchedPages {
 public:
  explicit TouchedPages(MappedRange mapping) : mapping_(mapping) {}
  void touch(std::string_view bytes);  ///< inside the mapping; others are left alone
  void give_back();

 private:
  MappedRange mapping_;
  std::vector<MappedRange> blocks_;
};

}  // namespace chargehook::journal::io
