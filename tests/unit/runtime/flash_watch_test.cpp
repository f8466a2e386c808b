#include "runtime/flash_watch.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace chargehook::runtime {
namespace {

struct Folder {
  Folder() {
    std::string name = std::filesystem::temp_directory_path() / "flash_watch_XXXXXX";
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    path = name;
  }
  ~Folder() { std::filesystem::remove_all(path); }
  std::filesystem::path path;
};

TEST_CASE("what is on no device has no folder: our own writes are counted then, and they grow") {
  CHECK(device_folder("/proc/self").empty());
  CHECK(device_folder("/there/is/nothing").empty());
  const auto before = read_flash("");
  CHECK_FALSE(before.is_device);
  CHECK(before.capacity_bytes == 0);
  const Folder folder;
  std::ofstream{folder.path / "file"} << std::string(1 << 20, 'x');
  CHECK(read_flash("").written_bytes >= before.written_bytes);
}

TEST_CASE("a device tells what was written in sectors, in the seventh field, and its size") {
  const Folder folder;
  std::ofstream{folder.path / "stat"} << "  1 2 3 4 5 6 1000 8 9 10 11\n";
  std::ofstream{folder.path / "size"} << "15625000\n";
  const auto sight = read_flash(folder.path.string());
  CHECK(sight.is_device);
  CHECK(sight.written_bytes == 512'000);
  CHECK(sight.capacity_bytes == 8'000'000'000);
}

TEST_CASE("a device that tells nothing is one that nothing was written to") {
  const Folder folder;
  CHECK(read_flash(folder.path.string()).written_bytes == 0);
}

}  // namespace
}  // namespace chargehook::runtime
