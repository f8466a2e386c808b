#include "cli/check_command.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace chargehook::cli {
namespace {

namespace fs = std::filesystem;

const std::string minimal = CHARGEHOOK_SOURCE_DIR "/config/examples/minimal";

/// A copy of the minimal example that may be spoilt.
class Copy {
 public:
  Copy() {
    std::string pattern = (fs::temp_directory_path() / "chargehook-check-XXXXXX").string();
    REQUIRE(::mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
    fs::copy(minimal, path_, fs::copy_options::recursive);
  }
  ~Copy() { fs::remove_all(path_); }
  Copy(const Copy&) = delete;
  Copy& operator=(const Copy&) = delete;

  void append(const std::string& path, const std::string& text) const {
    std::ofstream(path_ / path, std::ios::app) << text;
  }
  [[nodiscard]] std::string path() const { return path_.string(); }

 private:
  fs::path path_;
};

struct Checked {
  int code = 0;
  std::string text;
};

Checked check(const CheckOptions& options) {
  std::ostringstream out;
  const int code = run_check(options, out);
  return {code, out.str()};
}

TEST_CASE("a good check ends with one line that says what would run") {
  const Checked checked = check({minimal, false});
  CHECK(checked.code == 0);
  CHECK(checked.text == "ok: 1 ingest listener, 1 charger, 1 endpoint, 1 rule\n");
}

TEST_CASE("a warning is shown, counted and gives 1") {
  const Copy copy;
  copy.append("endpoints.d/x.yaml",
              "endpoints:\n  - name: x\n    url: http://a.example.com\n    events: all\n    sign: none\n");
  const Checked checked = check({copy.path(), false});
  CHECK(checked.code == 1);
  CHECK(checked.text.starts_with("endpoints.d/x.yaml:3:10: warning E145: "));
  CHECK(checked.text.ends_with("\n\nok: 1 ingest listener, 1 charger, 2 endpoints, 1 rule (1 warning in 1 file)\n"));
}

TEST_CASE("errors are shown, counted and give 2") {
  const Copy copy;
  copy.append("gateway.yaml", "relays:\n  trust: ntp\n");
  copy.append("site.yaml", "sites:\n  id: x\n");
  const Checked checked = check({copy.path(), false});
  CHECK(checked.code == 2);
  CHECK(checked.text.ends_with("\n\n2 errors in 2 files\n"));
}

TEST_CASE("for machines every line is a JSON object, the last one the sum") {
  const Copy copy;
  copy.append("gateway.yaml", "relays:\n  trust: ntp\n");
  const Checked checked = check({copy.path(), true});
  CHECK(checked.code == 2);
  CHECK(checked.text.starts_with("{\"severity\":\"error\",\"code\":\"E110\",\"file\":\"gateway.yaml\","));
  CHECK(checked.text.ends_with("\n{\"errors\":1,\"warnings\":0,\"summary\":\"1 error in 1 file\"}\n"));
}

}  // namespace
}  // namespace chargehook::cli
