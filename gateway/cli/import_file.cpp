#include "cli/import_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string_view>
#include <utility>

#include "journal/format/export_line.hpp"

namespace chargehook::cli {

using journal::export_line_bytes_max;
using journal::io::Descriptor;
using model::Error;
using model::Result;

namespace {

constexpr std::size_t read_at_once = 64 * 1024;
constexpr std::string_view first_bytes = R"({"store":")";

}  // namespace

Result<ImportFile> ImportFile::open(const std::string& path) {
  ImportFile out{path, Descriptor{::open(path.c_str(), O_RDONLY | O_CLOEXEC)}};
  struct stat status {};
  if (out.file_.number() < 0 || ::fstat(out.file_.number(), &status) != 0) {
    return Error{"file", path + ": " + std::strerror(errno)};
  }
  if (S_ISREG(status.st_mode)) out.bytes_total_ = static_cast<std::uint64_t>(status.st_size);
  BOOST_OUTCOME_TRY(out.fill(first_bytes.size()));
  if (out.left() == 0) {
    return Error{"file", path + " is empty: nothing was exported into it, or it was not copied whole"};
  }
  if (!out.buffer_.starts_with(first_bytes)) {
    return Error{"file", path + " is no export of a journal: its first line is another"};
  }
  return out;
}

/// Until so much is there, or the file ends.
Result<void> ImportFile::fill(std::size_t bytes) {
  while (left() < bytes && !is_at_end_) {
    buffer_.erase(0, std::exchange(taken_, 0));
    const std::size_t before = buffer_.size();
    buffer_.resize(before + read_at_once);
    const ssize_t count = ::read(file_.number(), buffer_.data() + before, read_at_once);
    buffer_.resize(before + static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return Error{"file", path_ + ": " + std::strerror(errno)};
    is_at_end_ = count == 0;
    bytes_read_ += static_cast<std::uint64_t>(count);
  }
  return model::success();
}

/// The next line with its end, as far as the longest goes; the last of a file may have none. Empty at the end.
Result<std::string_view> ImportFile::peek_line() {
  BOOST_OUTCOME_TRY(fill(export_line_bytes_max + 1));
  const auto rest = std::string_view{buffer_}.substr(taken_, export_line_bytes_max + 1);
  return rest.substr(0, rest.find('\n') == std::string_view::npos ? rest.size() : rest.find('\n') + 1);
}

Result<void> ImportFile::skip_line() {
  for (;;) {
    BOOST_OUTCOME_TRY(const auto piece, peek_line());
    taken_ += piece.size();
    if (piece.empty() || piece.ends_with('\n')) return model::success();
  }
}

Result<ImportChunk> ImportFile::next() {
  ImportChunk chunk;
  chunk.lines_before = lines_;
  while (chunk.lines < chunk_lines_max) {
    BOOST_OUTCOME_TRY(const auto line, peek_line());
    if (line.empty() || chunk.text.size() + line.size() + 1 > chunk_bytes_max) break;
    ++lines_;
    ++chunk.lines;
    const bool is_too_long = line.size() > export_line_bytes_max && !line.ends_with('\n');
    if (is_too_long) {
      chunk.refused.push_back({lines_, "it is longer than any event"});
      BOOST_OUTCOME_TRY(skip_line());
      chunk.text += '\n';
      continue;
    }
    chunk.text += line;
    taken_ += line.size();
    if (!line.ends_with('\n')) chunk.text += '\n';
  }
  return chunk;
}

}  // namespace chargehook::cli
