/// Reads an export file piece by piece: so many whole lines as a gateway takes at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "core/input.hpp"
#include "journal/io/store_folder.hpp"
#include "model/result.hpp"

namespace chargehook::cli {

/// What a gateway takes in one request (docs/api.md).
inline constexpr std::size_t chunk_lines_max = 256;
inline constexpr std::size_t chunk_bytes_max = 256 * 1024;

struct ImportChunk {
  std::uint64_t lines_before = 0;  ///< of the file
  std::uint64_t lines = 0;
  std::string text;                        ///< each with its line end; one that is refused is empty
  std::vector<core::RefusedLine> refused;  ///< longer than any event; numbered within the file
};

class ImportFile {
 public:
  /// @return "file" with what the system said, or because its first line is none of an export
  [[nodiscard]] static model::Result<ImportFile> open(const std::string& path);

  /// The next lines; none at the end. @return "file"
  [[nodiscard]] model::Result<ImportChunk> next();

  [[nodiscard]] std::uint64_t bytes_read() const { return bytes_read_ - left(); }
  [[nodiscard]] std::uint64_t bytes_total() const { return bytes_total_; }

 private:
  explicit ImportFile(std::string path, journal::io::Descriptor file)
      : path_(std::move(path)), file_(std::move(file)) {}
  [[nodiscard]] std::size_t left() const { return buffer_.size() - taken_; }
  [[nodiscard]] model::Result<void> fill(std::size_t bytes);
  [[nodiscard]] model::Result<std::string_view> peek_line();
  [[nodiscard]] model::Result<void> skip_line();

  std::string path_;
  journal::io::Descriptor file_;
  std::string buffer_;
  std::size_t taken_ = 0;  ///< of the buffer
  bool is_at_end_ = false;
  std::uint64_t bytes_read_ = 0;
  std::uint64_t bytes_total_ = 0;
  std::uint64_t lines_ = 0;
};

}  // namespace chargehook::cli
