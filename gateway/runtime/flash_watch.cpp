#include "runtime/flash_watch.hpp"

#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <filesystem>
#include <fstream>
#include <system_error>

namespace chargehook::runtime {
namespace {

constexpr std::uint64_t sector_bytes = 512;
constexpr int sectors_written = 7;  // which field of `stat`, from 1

std::uint64_t read_number(const std::string& path, int field) {
  std::ifstream file{path};
  std::uint64_t number = 0;
  for (int i = 0; i < field; ++i) file >> number;
  return file ? number : 0;
}

std::uint64_t own_writes() {
  std::ifstream file{"/proc/self/io"};
  std::string name;
  std::uint64_t number = 0;
  while (file >> name >> number) {
    if (name == "write_bytes:") return number;
  }
  return 0;
}

}  // namespace

std::string device_folder(const std::string& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) return {};
  const std::string number = std::to_string(major(info.st_dev)) + ':' + std::to_string(minor(info.st_dev));
  std::error_code code;
  const auto folder = std::filesystem::canonical("/sys/dev/block/" + number, code);
  if (code) return {};
  // A partition wears out with all others of its device.
  return std::filesystem::exists(folder / "partition", code) ? folder.parent_path().string() : folder.string();
}

core::FlashSight read_flash(const std::string& device_folder) {
  if (device_folder.empty()) return {own_writes(), 0, false};
  return {read_number(device_folder + "/stat", sectors_written) * sector_bytes,
          read_number(device_folder + "/size", 1) * sector_bytes, true};
}

void FlashWatch::start() {
  loop_.input(core::FlashSeen{read_flash(device_folder_)});
  timer_.expires_after(interval);
  timer_.async_wait([this](const boost::system::error_code& cancelled) {
    if (!cancelled) start();
  });
}

}  // namespace chargehook::runtime
