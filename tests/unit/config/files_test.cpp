#include "config/files.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <fstream>

#include "folder.hpp"

namespace chargehook::config {
namespace {

namespace fs = std::filesystem;

/// A folder of its own for each test, gone at the end.
class Folder {
 public:
  Folder() {
    std::string pattern = (fs::temp_directory_path() / "chargehook-config-XXXXXX").string();
    REQUIRE(::mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
    for (const Source& source : good_files().sources) write(source.path, source.text);
    for (const auto& [name, text] : good_files().secrets) write("secrets/" + name, text);
  }
  ~Folder() { fs::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  void write(const std::string& path, const std::string& text) const {
    fs::create_directories((path_ / path).parent_path());
    std::ofstream(path_ / path, std::ios::binary) << text;
  }
  [[nodiscard]] const fs::path& path() const { return path_; }
  [[nodiscard]] Files read() const { return read_folder(path_, {"/usr/share/zoneinfo", "/nonexistent"}); }

 private:
  fs::path path_;
};

std::string problems_of(const Files& files) {
  std::string out;
  for (const Diagnostic& d : files.problems) out += (out.empty() ? "" : " ") + d.file + ' ' + d.code;
  return out;
}

TEST_CASE("a folder is read as it is, in the order of its paths") {
  const Folder folder;
  const Files files = folder.read();
  CHECK(files.problems.empty());
  REQUIRE(files.sources.size() == good_files().sources.size());
  for (std::size_t i = 0; i < files.sources.size(); ++i) {
    CHECK(files.sources[i].path == good_files().sources[i].path);
    CHECK(files.sources[i].text == good_files().sources[i].text);
  }
  CHECK(files.secrets == good_files().secrets);
}

TEST_CASE("copies that editors and packages leave are passed over, a wrong ending is not") {
  const Folder folder;
  for (const char* name : {"a.yaml~", "a.yaml.save", ".a.yaml.swp", "a.yaml.dpkg-old", ".a.yaml"}) {
    folder.write(std::string("endpoints.d/") + name, "x");
  }
  CHECK(problems_of(folder.read()).empty());
  CHECK(folder.read().sources.size() == good_files().sources.size());
  folder.write("endpoints.d/billing.yml", "x");
  CHECK(problems_of(folder.read()) == "endpoints.d/billing.yml E112");
  CHECK(folder.read().problems[0].severity == Severity::warning);
}

TEST_CASE("what is no regular file, or too large, is refused and read no further") {
  const Folder folder;
  REQUIRE(::mkfifo((folder.path() / "endpoints.d/pipe.yaml").c_str(), 0600) == 0);
  fs::create_directory(folder.path() / "rules.d");
  fs::create_directory(folder.path() / "rules.d/folder.yaml");
  fs::create_symlink("nowhere", folder.path() / "adapters.d/lost.yaml");
  folder.write("adapters.d/large.yaml", std::string(file_bytes_max + 1, '#'));
  folder.write("adapters.d/largest.yaml", std::string(file_bytes_max, '#'));
  folder.write("secrets/large", std::string(secret_bytes_max + 1, '#'));
  const Files files = folder.read();
  CHECK(problems_of(files) ==
        "adapters.d/large.yaml E102 adapters.d/lost.yaml E101 endpoints.d/pipe.yaml E101 rules.d/folder.yaml E101 "
        "secrets/large E102");
  CHECK(files.secrets.count("large") == 0);
  CHECK(load(files).diagnostics.errors() == files.problems.size());
}

TEST_CASE("a file that cannot be read is not called missing as well") {
  const Folder folder;
  fs::remove(folder.path() / "site.yaml");
  fs::create_directory(folder.path() / "site.yaml");
  CHECK(places_of(load(folder.read())) == "site.yaml:1:1 E101");
}

TEST_CASE("a folder that does not exist is one error that names it") {
  const Files files = read_folder("/nonexistent/chargehook");
  CHECK(problems_of(files) == "/nonexistent/chargehook E101");
  CHECK(files.sources.empty());
}

TEST_CASE("time zones are those of the machine, and nothing else that lies there") {
  const Folder folder;
  for (const char* path : {"zones/Europe/Berlin", "zones/UTC", "zones/posix/Europe/Rome", "zones/tzdata.zi",
                           "zones/posixrules", "zones/America/Argentina/Salta"}) {
    folder.write(path, "TZif");
  }
  const Files files = read_folder(folder.path(), {folder.path() / "zones", folder.path() / "none"});
  CHECK(files.timezones == std::vector<std::string>{"America/Argentina/Salta", "Europe/Berlin", "UTC"});
}

TEST_CASE("on a machine without time zones only their form is checked") {
  const auto with_zone = [](const std::string& zone) {
    Files files = with_file("site.yaml", "site:\n  id: a\n  timezone: " + zone + "\n");
    files.timezones.clear();
    return places_of(load(files));
  };
  CHECK(with_zone("Europe/Anywhere").empty());
  CHECK(with_zone("UTC").empty());
  CHECK(with_zone("CEST") == "site.yaml:3:13 E146");
  CHECK(with_zone("../../etc/passwd") == "site.yaml:3:13 E146");
}

}  // namespace
}  // namespace chargehook::config
