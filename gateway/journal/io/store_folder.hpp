/// The folder of the store as the file system sees it: its lock, its file, and the pages of it in memory.
/// Failures are Errors: "locked", or "io" with what the system said.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

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

/// Renames, over what may have that name, and syncs the folder it comes to.
[[nodiscard]] model::Result<void> move_into_place(const std::string& from, const std::string& to);

/// Writes a file under a second name, syncs it and moves it into place: under its name there is what was before, or
/// all of this.
[[nodiscard]] model::Result<void> replace_file(const std::string& path, std::string_view text);
/// Ending of that second name.
inline constexpr std::string_view half_written = ".new";

/// Removes a file and syncs its folder.
[[nodiscard]] model::Result<void> remove_file(const std::string& path);

/// Has the kernel forget the file's clean pages: after a failed sync they may hold what never reached the disk.
[[nodiscard]] model::Result<void> drop_page_cache(const std::string& path);

/// From here on what is read of the file is what the disk has: a run that was killed, or whose sync failed, may have
/// left pages in memory that never came there. Syncs the file, then has the kernel forget it.
[[nodiscard]] model::Result<void> settle_file(const std::string& path);

/// Where a file is mapped in this process; empty if it is not.
struct MappedRange {
  std::uintptr_t begin = 0;
  std::uintptr_t end = 0;
};
[[nodiscard]] MappedRange find_mapping(const std::string& path);

/// Gives the resident pages of a mapping back to the system. They stay in the page cache and come back by themselves;
/// without this a drain of a store brings all of it into our memory. All of the mapping and not only what was read:
/// giving back the blocks of the records alone left 5.6 MB resident after a drain of 36 MB (a fault maps more than its
/// page, and the inner pages of the tree are touched too). Where little is resident, the walk of 1 GiB took 5 us on
/// Linux 6.18; older kernels keep the emptied page tables and may take longer.
void give_back(MappedRange mapping);

}  // namespace chargehook::journal::io
