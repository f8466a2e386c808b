#include "journal/io/page_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace chargehook::journal::io {
namespace {

constexpr std::uint64_t value_bytes_max = 1 << 20;  // far above what any table holds

}  // namespace

model::Result<PageFile> PageFile::open(const std::string& path) {
  Descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  if (file.number() < 0) return model::Error{"io", "opening " + path + ": " + std::generic_category().message(errno)};
  return PageFile{std::move(file), file_bytes(path) / lmdb_page_bytes};
}

bool PageFile::read(std::uint64_t offset, char* out, std::size_t bytes) const {
  std::size_t done = 0;
  while (done < bytes) {
    const ssize_t count = ::pread(file_.number(), out + done, bytes - done, static_cast<off_t>(offset + done));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    done += static_cast<std::size_t>(count);
  }
  return true;
}

std::string_view PageFile::page(std::uint64_t number) {
  if (number >= pages_ || !read(number * lmdb_page_bytes, bytes_.data(), bytes_.size())) return {};
  return {bytes_.data(), bytes_.size()};
}

std::string PageFile::value(std::uint64_t first_page, std::uint64_t bytes) {
  if (first_page >= pages_ || bytes > value_bytes_max) return {};
  std::string value(bytes, '\0');
  if (!read(first_page * lmdb_page_bytes + lmdb_page_header_bytes, value.data(), value.size())) return {};
  return value;
}

}  // namespace chargehook::journal::io
