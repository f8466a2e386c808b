#include "cli/config_folder.hpp"

#include <sys/stat.h>

#include <algorithm>

#include "config/files.hpp"
#include "config/load.hpp"

namespace chargehook::cli {
namespace {

/// When its text was changed; 1970 if it has gone meanwhile.
model::WallTime changed_at(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return {};
  return model::WallTime{std::chrono::seconds{status.st_mtim.tv_sec} +
                         std::chrono::nanoseconds{status.st_mtim.tv_nsec}};
}

}  // namespace

FolderSight look_at_folder(const api::StatusAnswer& answer) {
  const auto files = config::read_folder(answer.config_dir);
  FolderSight out;
  const auto is_unread = [](const config::Diagnostic& problem) {
    return problem.severity == config::Severity::error && !problem.file.starts_with("secrets/") &&
           problem.file != "secrets";
  };
  out.readable = std::ranges::none_of(files.problems, is_unread);
  if (!out.readable || config::hash_of(files.sources) == answer.report.config_hash) return out;
  for (const auto& source : files.sources) {
    const auto at = changed_at(answer.config_dir + "/" + source.path);
    if (at > answer.report.applied_at) out.edited.push_back({source.path, at});
  }
  // On the last good copy the files differ from what runs without having been edited since: that is said already.
  if (out.edited.empty() && !answer.report.running_on_last_good) out.edited.emplace_back();
  return out;
}

}  // namespace chargehook::cli
