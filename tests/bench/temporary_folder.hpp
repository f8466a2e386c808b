/// A folder of a bench's own that goes with it.
#pragma once

#include <stdlib.h>

#include <filesystem>
#include <string>
#include <vector>

#include "model/result.hpp"

namespace chargehook::bench {

class TemporaryFolder {
 public:
  explicit TemporaryFolder(const std::filesystem::path& parent) : path_((parent / "chargehook-bench-XXXXXX").string()) {
    CHARGEHOOK_ASSERT(::mkdtemp(path_.data()) != nullptr);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }

  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

/// Where stores are measured: the disk of the temporary folder, and a memory disk if there is one, on which no sync
/// hides what the processor does.
struct Disk {
  const char* name;
  std::filesystem::path parent;
  bool syncs;
};
inline std::vector<Disk> disks() {
  std::vector<Disk> found{{"disk", std::filesystem::temp_directory_path(), true}};
  if (std::filesystem::is_directory("/dev/shm")) found.push_back({"memory", "/dev/shm", false});
  return found;
}

}  // namespace chargehook::bench
