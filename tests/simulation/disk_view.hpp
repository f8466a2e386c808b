/// The bytes of a file as the page cache shows them, read and written in place: a call of the system for each page of
/// each commit is what a seed would spend most of its time with. Who maps the file gets a mapping that stays, and whose
/// pages are there: a store is opened some thirty times a seed. The mappings have a name of their own, so that nobody
/// who looks for the file among those of this process finds one. Owner: LossyFile. One thread.
#pragma once

#include <sys/types.h>
#include <sys/uio.h>

#include <cstddef>
#include <span>
#include <string>

namespace chargehook::simulation {

class DiskView {
 public:
  DiskView() = default;
  DiskView(const DiskView&) = delete;
  DiskView& operator=(const DiskView&) = delete;
  ~DiskView();

  /// Whether it shows all of these bytes. Looks again at a file that may have grown; one that shrinks must have none.
  [[nodiscard]] bool covers(const std::string& path, off_t offset, std::size_t length);

  /// Of bytes that it covers.
  [[nodiscard]] std::span<char> bytes(off_t offset, std::size_t length);
  void write(off_t offset, std::span<const iovec> parts);

  /// All of it, to be read, for as long as this lives. @return null if it is not that long
  [[nodiscard]] void* to_read(const std::string& path, std::size_t length);
  [[nodiscard]] bool is_to_read(const void* address) const { return address != nullptr && address == to_read_; }

 private:
  void unmap();
  void map(const std::string& path);

  char* begin_ = nullptr;
  void* to_read_ = nullptr;
  std::size_t length_ = 0;
};

}  // namespace chargehook::simulation
