/// A damaged store's file, page by page, without LMDB: a page that cannot be read is one that is missing.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "journal/format/lmdb_page.hpp"
#include "journal/io/store_folder.hpp"
#include "model/result.hpp"

namespace chargehook::journal::io {

class PageFile {
 public:
  /// @return "io" with what the system said
  [[nodiscard]] static model::Result<PageFile> open(const std::string& path);

  [[nodiscard]] std::uint64_t pages() const { return pages_; }

  /// @return the page's bytes, good until the next call; empty if it is not there or the disk does not give it
  [[nodiscard]] std::string_view page(std::uint64_t number);

  /// A value that lies on pages of its own. @return empty if it is not there
  [[nodiscard]] std::string value(std::uint64_t first_page, std::uint64_t bytes);

 private:
  PageFile(Descriptor file, std::uint64_t pages) : file_(std::move(file)), pages_(pages), bytes_(lmdb_page_bytes) {}
  [[nodiscard]] bool read(std::uint64_t offset, char* out, std::size_t bytes) const;

  Descriptor file_;
  std::uint64_t pages_;
  std::vector<char> bytes_;
};

}  // namespace chargehook::journal::io
