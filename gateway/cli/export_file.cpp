#include "cli/export_file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

#include "journal/format/export_line.hpp"

namespace chargehook::cli {

using journal::io::Descriptor;
using model::Error;
using model::Result;

namespace {

constexpr mode_t file_mode = 0640;
constexpr std::size_t written_at_once = 64 * 1024;
constexpr std::string_view first_bytes = R"({"store":")";

/// Two whole lines fit.
constexpr std::size_t tail_bytes = 2 * (journal::export_line_bytes_max + 1);

bool begins_as_a_line(std::string_view text) {
  return text.substr(0, first_bytes.size()) == first_bytes.substr(0, text.size());
}

}  // namespace

ExportFile ExportFile::standard_output() { return ExportFile{Descriptor{}}; }

int ExportFile::number() const { return file_.number() < 0 ? STDOUT_FILENO : file_.number(); }

Error ExportFile::failure() const {
  return {"output", (path_.empty() ? "standard output" : path_) + ": " + std::strerror(errno)};
}

Result<ExportFile> ExportFile::open(const std::string& path) {
  ExportFile out{Descriptor{::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, file_mode)}};
  out.path_ = path;
  if (out.file_.number() < 0) return out.failure();
  if (::flock(out.number(), LOCK_EX | LOCK_NB) != 0) return Error{"in_use", path + ": somebody writes to it"};
  BOOST_OUTCOME_TRY(out.find_end());
  return out;
}

/// Looks before it cuts: a file that holds something else stays as it is.
Result<void> ExportFile::find_end() {
  struct stat status {};
  if (::fstat(number(), &status) != 0) return failure();
  if (!S_ISREG(status.st_mode)) return Error{"not_an_export", path_ + " is not a file"};
  const auto size = static_cast<std::size_t>(status.st_size);
  std::string tail(std::min(size, tail_bytes), '\0');
  const auto begin = static_cast<off_t>(size - tail.size());
  if (::pread(number(), tail.data(), tail.size(), begin) != static_cast<ssize_t>(tail.size())) return failure();

  const auto end = tail.rfind('\n') + 1;  // 0 without any
  const std::string_view half = std::string_view{tail}.substr(end);
  const Error other{"not_an_export", path_ + " does not end as an export does: it is left as it is"};
  if (!begins_as_a_line(half) || (end == 0 && size > tail.size())) return other;
  if (end > 0) {
    const auto before = end > 1 ? tail.rfind('\n', end - 2) + 1 : 0;
    const auto line = journal::read_export_line(std::string_view{tail}.substr(before, end - 1 - before));
    if (!line) return Error{other.code, other.message + ": the last line: " + line.error().message};
    last_ = Last{line.value().store_id, line.value().sequence};
  }
  const auto kept = begin + static_cast<off_t>(end);
  if (::ftruncate(number(), kept) != 0 || ::lseek(number(), kept, SEEK_SET) < 0) return failure();
  return model::success();
}

Result<void> ExportFile::append(std::string_view line) {
  waiting_.append(line) += '\n';
  return waiting_.size() < written_at_once ? model::success() : write_out();
}

Result<void> ExportFile::write_out() {
  std::string_view left = waiting_;
  while (!left.empty()) {
    const ssize_t written = ::write(number(), left.data(), left.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return failure();
    left.remove_prefix(static_cast<std::size_t>(written));
  }
  waiting_.clear();
  return model::success();
}

Result<void> ExportFile::finish() {
  BOOST_OUTCOME_TRY(write_out());
  if (path_.empty()) return model::success();
  if (::fsync(number()) != 0) return failure();
  const auto folder = std::filesystem::path{path_}.parent_path().string();
  return journal::io::sync_folder(folder.empty() ? "." : folder);
}

}  // namespace chargehook::cli
