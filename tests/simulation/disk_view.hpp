/// The bytes of a file as the page cache shows them, read and written in place: a call of the system for each page of
/// each commit is what a seed would spend most of its time with. The mapping has a name of its own, so that nobody who
/// looks for the file among the mappings of this process finds this one. Owner: LossyDisk. One thread.
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

 private:
  void map(const std::string& path);

  char* begin_ = nullptr;
  std::size_t length_ = 0;
};

}  // namespace chargehook::simulation
