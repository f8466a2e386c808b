#include "config/last_good.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "folder.hpp"

namespace chargehook::config {
namespace {

namespace fs = std::filesystem;

/// A state folder of its own, gone with the test.
class State {
 public:
  State() {
    std::string pattern = (fs::temp_directory_path() / "chargehook-last-good-XXXXXX").string();
    REQUIRE(::mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
  }
  ~State() { fs::remove_all(path_); }
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  [[nodiscard]] const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

void keep(const fs::path& state, const Files& files) {
  LastGood last_good{state};
  const std::string hash = hash_of(files.sources);
  last_good.offer(hash, files.sources);
  const auto kept = last_good.keep(hash);
  REQUIRE(kept.has_value());
}

std::string hash_in(const fs::path& state) { return hash_of(LastGood{state}.read(Files{}).sources); }

TEST_CASE("what was kept is read again, byte for byte, and loads") {
  const State state;
  Files files = good_files();
  files.sources[0].text = "\xEF\xBB\xBF# a comment\r\n" + files.sources[0].text;
  keep(state.path(), files);
  Files copy = LastGood{state.path()}.read(files);
  std::erase_if(copy.sources, [](const Source& source) { return is_shipped(source.path); });
  REQUIRE(copy.sources.size() == files.sources.size());
  for (std::size_t i = 0; i < copy.sources.size(); ++i) {
    CHECK(copy.sources[i].path == files.sources[i].path);
    CHECK(copy.sources[i].text == files.sources[i].text);
  }
  CHECK(load(copy).generation->hash == load(files).generation->hash);
}

TEST_CASE("no secret is copied; those of now are used") {
  const State state;
  keep(state.path(), good_files());
  for (const auto& entry : fs::recursive_directory_iterator(state.path())) {
    CHECK(entry.path().filename() != "secrets");
    if (!entry.is_regular_file()) continue;
    std::ifstream stream(entry.path());
    const std::string text{std::istreambuf_iterator<char>(stream), {}};
    CHECK(text.find("whsec_") == std::string::npos);
  }
  Files now;
  now.secrets = {{"key", "whsec_ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk4NzY1NDMyMTA="}};
  CHECK(LastGood{state.path()}.read(now).secrets == now.secrets);
}

TEST_CASE("a shipped profile is not copied: it belongs to the version") {
  const State state;
  Files files = good_files();
  files.sources.insert(files.sources.begin(), {"/usr/share/chargehook/devices/meter.yaml", "profile: meter\n"});
  keep(state.path(), files);
  CHECK(hash_in(state.path()) == hash_of(good_files().sources));
}

TEST_CASE("a new copy takes the place of the old one, with no file of it left") {
  const State state;
  keep(state.path(), with_file("endpoints.d/more.yaml", "endpoints:\n  - name: more\n" + endpoint_rest));
  keep(state.path(), good_files());
  CHECK(hash_in(state.path()) == hash_of(good_files().sources));
  CHECK_FALSE(fs::exists(state.path() / "last-good/endpoints.d/more.yaml"));
  CHECK(std::distance(fs::directory_iterator(state.path()), {}) == 1);
}

TEST_CASE("only the files that were offered are kept, and only under their hash") {
  const State state;
  LastGood last_good{state.path()};
  CHECK(last_good.keep("0123456789abcdef").has_value());
  CHECK(last_good.read(Files{}).sources.empty());
  last_good.offer("0123456789abcdef", good_files().sources);
  CHECK(last_good.keep("fedcba9876543210").has_value());
  CHECK(last_good.read(Files{}).sources.empty());
}

TEST_CASE("a copy that is as it should be is not written again") {
  const State state;
  keep(state.path(), good_files());
  const auto file = state.path() / "last-good/site.yaml";
  struct stat before {};
  REQUIRE(::stat(file.c_str(), &before) == 0);
  keep(state.path(), good_files());
  struct stat after {};
  REQUIRE(::stat(file.c_str(), &after) == 0);
  CHECK(before.st_ino == after.st_ino);
}

TEST_CASE("a power cut at any step of the exchange leaves a whole copy to read") {
  const Files older = good_files();
  const Files newer = with_file("site.yaml", "site:\n  id: other\n  timezone: UTC\n");
  const State made;
  keep(made.path(), older);
  const State made_newer;
  keep(made_newer.path(), newer);

  struct Cut {
    std::string what;
    bool has_copy, has_new, has_old;
    const Files& wanted;
  };
  for (const auto& [what, has_copy, has_new, has_old, wanted] :
       {Cut{"while the new one was written", true, true, false, older},
        Cut{"when the old one had stepped aside", false, true, true, older},
        Cut{"before the old one was removed", true, false, true, newer}}) {
    CAPTURE(what);
    const State state;
    const auto put = [&](const char* name, const State& from) {
      fs::copy(from.path() / "last-good", state.path() / name, fs::copy_options::recursive);
    };
    if (has_copy) put("last-good", &wanted == &newer ? made_newer : made);
    if (has_new) fs::create_directory(state.path() / "last-good.new");
    if (has_old) put("last-good.old", made);
    CHECK(hash_in(state.path()) == hash_of(wanted.sources));
    keep(state.path(), newer);
    CHECK(hash_in(state.path()) == hash_of(newer.sources));
    keep(state.path(), older);
    CHECK(hash_in(state.path()) == hash_of(older.sources));
  }
}

TEST_CASE("a state folder that cannot be written is an error in words, and leaves the old copy") {
  const State state;
  keep(state.path(), good_files());
  LastGood nowhere{state.path() / "last-good/site.yaml"};
  nowhere.offer("0123456789abcdef", good_files().sources);
  const auto kept = nowhere.keep("0123456789abcdef");
  REQUIRE(kept.has_error());
  CHECK(kept.error().code == "disk");
  CHECK(kept.error().message.find("last good configuration is not kept") != std::string::npos);
  CHECK(hash_in(state.path()) == hash_of(good_files().sources));
}

}  // namespace
}  // namespace chargehook::config
