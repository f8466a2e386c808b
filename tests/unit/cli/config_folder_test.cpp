#include "cli/config_folder.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

#include "config/files.hpp"
#include "config/load.hpp"

namespace chargehook::cli {
namespace {

namespace fs = std::filesystem;

const model::WallTime long_ago = *model::parse_rfc3339("2020-01-01T00:00:00Z");
const model::WallTime some_day = *model::parse_rfc3339("2100-01-01T00:00:00Z");

/// A copy of the minimal example, and the status of a gateway that runs on it.
class Folder {
 public:
  Folder() {
    std::string pattern = (fs::temp_directory_path() / "chargehook-status-XXXXXX").string();
    REQUIRE(::mkdtemp(pattern.data()) != nullptr);
    answer.config_dir = pattern;
    fs::copy(CHARGEHOOK_SOURCE_DIR "/config/examples/minimal", pattern, fs::copy_options::recursive);
    answer.report.config_hash = config::hash_of(config::read_folder(pattern).sources);
    answer.report.applied_at = long_ago;
  }
  ~Folder() { fs::remove_all(answer.config_dir); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  [[nodiscard]] fs::path file(const std::string& path) const { return fs::path(answer.config_dir) / path; }
  void edit(const std::string& path) const { std::ofstream(file(path), std::ios::app) << "# edited\n"; }

  api::StatusAnswer answer;
};

TEST_CASE("files that are those that run are not edited, whatever their dates") {
  const Folder folder;
  CHECK(look_at_folder(folder.answer).readable);
  CHECK(look_at_folder(folder.answer).edited.empty());
}

TEST_CASE("an edited file is named, with its date") {
  Folder folder;
  folder.edit("site.yaml");
  fs::last_write_time(folder.file("gateway.yaml"), fs::file_time_type::clock::now() - std::chrono::hours{48});
  folder.answer.report.applied_at =
      model::WallTime{std::chrono::system_clock::now().time_since_epoch()} - std::chrono::hours{24};
  const auto sight = look_at_folder(folder.answer);
  std::string paths;
  for (const auto& file : sight.edited) paths += file.path + ' ';
  CHECK(paths.find("site.yaml") != std::string::npos);
  CHECK(paths.find("gateway.yaml") == std::string::npos);
  CHECK(sight.edited[0].at > folder.answer.report.applied_at);
}

TEST_CASE("a file that was taken away is noticed though nothing is new") {
  Folder folder;
  fs::remove(folder.file("rules.d/10-load.yaml"));
  folder.answer.report.applied_at = some_day;
  const auto sight = look_at_folder(folder.answer);
  REQUIRE(sight.edited.size() == 1);
  CHECK(sight.edited[0].path.empty());
}

TEST_CASE("files that were bad at the start are not called edited until somebody edits them") {
  Folder folder;
  folder.edit("site.yaml");
  folder.answer.report.running_on_last_good = true;
  folder.answer.report.applied_at = some_day;
  CHECK(look_at_folder(folder.answer).edited.empty());
}

TEST_CASE("a folder that is not there cannot be looked at") {
  api::StatusAnswer answer;
  answer.config_dir = "/nonexistent/chargehook";
  CHECK_FALSE(look_at_folder(answer).readable);
}

}  // namespace
}  // namespace chargehook::cli
