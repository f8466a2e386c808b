#include "journal/io/store_folder.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <string_view>
#include <system_error>
#include <utility>

namespace chargehook::journal::io {
namespace {

model::Error system_error(int number, const std::string& what) {
  return {"io", what + ": " + std::generic_category().message(number)};
}

model::Result<Descriptor> open_path(const std::string& path, int flags) {
  Descriptor descriptor{::open(path.c_str(), flags | O_CLOEXEC, 0640)};
  if (descriptor.number() < 0) return system_error(errno, "opening " + path);
  return descriptor;
}

model::Result<void> sync_path(const std::string& path, int flags) {
  BOOST_OUTCOME_TRY(const auto descriptor, open_path(path, flags));
  if (::fsync(descriptor.number()) != 0) return system_error(errno, "syncing " + path);
  return model::success();
}

model::Result<void> write_all(int descriptor, std::string_view text, const std::string& path) {
  for (off_t at = 0; !text.empty();) {
    const ssize_t done = ::pwrite(descriptor, text.data(), text.size(), at);
    if (done < 0 && errno == EINTR) continue;
    if (done < 0) return system_error(errno, "writing " + path);
    text.remove_prefix(static_cast<std::size_t>(done));
    at += done;
  }
  return model::success();
}

model::Result<void> write_synced(const std::string& path, std::string_view text) {
  BOOST_OUTCOME_TRY(const auto file, open_path(path, O_WRONLY | O_CREAT | O_TRUNC));
  BOOST_OUTCOME_TRY(write_all(file.number(), text, path));
  if (::fsync(file.number()) != 0) return system_error(errno, "syncing " + path);
  return model::success();
}

/// "7f00-7f80 r--s 00000000 fe:00 1234   /path"
bool parse_mapping(std::string_view line, const std::string& path, MappedRange& range) {
  if (line.size() <= path.size() || !line.ends_with(path) || line[line.size() - path.size() - 1] != ' ') return false;
  const char* end = line.data() + line.size();
  const auto begin_read = std::from_chars(line.data(), end, range.begin, 16);
  if (begin_read.ec != std::errc{} || *begin_read.ptr != '-') return false;
  return std::from_chars(begin_read.ptr + 1, end, range.end, 16).ec == std::errc{};
}

}  // namespace

Descriptor::Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
  std::swap(number_, other.number_);
  return *this;
}

Descriptor::~Descriptor() {
  if (number_ >= 0) ::close(number_);
}

model::Result<Descriptor> lock_folder(const std::string& folder) {
  std::error_code code;
  std::filesystem::create_directories(folder, code);
  if (code) return model::Error{"io", "making the folder " + folder + ": " + code.message()};
  const std::string path = folder + "/lock";
  BOOST_OUTCOME_TRY(auto descriptor, open_path(path, O_RDWR | O_CREAT));
  if (::flock(descriptor.number(), LOCK_EX | LOCK_NB) == 0) return descriptor;
  if (errno == EWOULDBLOCK) return model::Error{"locked", path + " is held: another process has this store open"};
  return system_error(errno, "locking " + path);
}

std::uint64_t file_bytes(const std::string& path) {
  std::error_code code;
  const std::uintmax_t bytes = std::filesystem::file_size(path, code);
  return code ? 0 : bytes;
}

model::Result<void> preallocate(const std::string& path, std::uint64_t bytes) {
  BOOST_OUTCOME_TRY(const auto descriptor, open_path(path, O_RDWR));
  const int status = ::posix_fallocate(descriptor.number(), 0, static_cast<off_t>(bytes));
  if (status != 0) return system_error(status, "claiming " + std::to_string(bytes >> 20) + " MiB for " + path);
  if (::fsync(descriptor.number()) != 0) return system_error(errno, "syncing " + path);
  return model::success();
}

model::Result<void> sync_folder(const std::string& folder) { return sync_path(folder, O_RDONLY | O_DIRECTORY); }

model::Result<void> move_into_place(const std::string& from, const std::string& to) {
  if (::rename(from.c_str(), to.c_str()) != 0) return system_error(errno, "renaming " + from);
  return sync_folder(std::filesystem::path{to}.parent_path().string());
}

model::Result<void> replace_file(const std::string& path, std::string_view text) {
  const std::string half = path + std::string{half_written};
  auto written = write_synced(half, text);
  if (written) written = move_into_place(half, path);
  if (!written) ::unlink(half.c_str());
  return written;
}

model::Result<void> remove_file(const std::string& path) {
  if (::unlink(path.c_str()) != 0) return system_error(errno, "removing " + path);
  return sync_folder(std::filesystem::path{path}.parent_path().string());
}

model::Result<void> drop_page_cache(const std::string& path) {
  BOOST_OUTCOME_TRY(const auto descriptor, open_path(path, O_RDONLY));
  const int status = ::posix_fadvise(descriptor.number(), 0, 0, POSIX_FADV_DONTNEED);
  if (status != 0) return system_error(status, "dropping the page cache of " + path);
  return model::success();
}

model::Result<void> settle_file(const std::string& path) {
  BOOST_OUTCOME_TRY(sync_path(path, O_RDWR));
  return drop_page_cache(path);
}

MappedRange find_mapping(const std::string& path) {
  std::error_code code;
  const std::string real = std::filesystem::canonical(path, code).string();
  if (code) return {};
  std::ifstream maps{"/proc/self/maps"};
  MappedRange range;
  for (std::string line; std::getline(maps, line);) {
    if (parse_mapping(line, real, range)) return range;
  }
  return {};
}

void give_back(MappedRange mapping) {
  if (mapping.begin == mapping.end) return;
  // Advice: a refusal costs memory and nothing else.
  (void)::madvise(reinterpret_cast<void*>(mapping.begin), mapping.end - mapping.begin, MADV_DONTNEED);
}

}  // namespace chargehook::journal::io
