#include "journal/io/held_files.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <thread>

#include "store_fixture.hpp"

namespace chargehook::journal::io {
namespace {

namespace fs = std::filesystem;

HeldFile file(model::Sequence first, std::string text) {
  return {held_path(0xab, first), std::make_shared<const std::string>(std::move(text))};
}

std::string content(const std::string& path) {
  std::ifstream in{path};
  return {std::istreambuf_iterator<char>{in}, {}};
}

std::size_t entries(const std::string& folder) {
  return static_cast<std::size_t>(std::distance(fs::directory_iterator{folder}, {}));
}

}  // namespace

TEST_CASE("the name of a file is its store and its first sequence, in order of name") {
  CHECK(held_path(0xab, 17) == "held-billing/00000000000000ab-00000000000000000017.jsonl");
  CHECK(held_path(0xab, 9) < held_path(0xab, 10));
}

TEST_CASE("a file is there under its name with all of its text, for its group to read, and nothing beside it") {
  const test::TemporaryFolder folder;
  const auto wanted = file(17, "{\"a\":1}\n{\"a\":2}\n");
  HeldFileResult result;
  std::thread{[&] { result = write_held_file(folder.path(), wanted); }}.join();
  CHECK(result.reason == "");
  CHECK(result.path == wanted.path);
  CHECK(result.files == 1);
  const std::string path = folder.path() + "/" + wanted.path;
  CHECK(content(path) == *wanted.text);
  CHECK(entries(folder.path() + "/held-billing") == 1);
  struct stat info {};
  REQUIRE(::stat(path.c_str(), &info) == 0);
  CHECK((info.st_mode & 0777 & ~0640U) == 0);
}

TEST_CASE("the same piece again takes the place of its file, another piece does not") {
  const test::TemporaryFolder folder;
  CHECK(write_held_file(folder.path(), file(17, "short\n")).files == 1);
  CHECK(write_held_file(folder.path(), file(17, "short\nlonger\n")).files == 1);
  CHECK(write_held_file(folder.path(), file(30, "other\n")).files == 2);
  CHECK(content(folder.path() + "/" + held_path(0xab, 17)) == "short\nlonger\n");
}

TEST_CASE("what cannot be written says where and why, and leaves nothing half written") {
  const test::TemporaryFolder folder;
  std::ofstream{folder.path() + "/held-billing"} << "no folder";
  const auto result = write_held_file(folder.path(), file(17, "a\n"));
  CHECK(result.reason.find(folder.path() + "/held-billing/") != std::string::npos);
  CHECK(result.reason.find("Not a directory") != std::string::npos);
  CHECK(result.files == 0);
  CHECK(write_held_file(folder.path() + "/missing", file(17, "a\n")).reason.find("No such file") != std::string::npos);

  fs::remove(folder.path() + "/held-billing");
  fs::create_directories(folder.path() + "/" + held_path(0xab, 17) + "/in-the-way");
  CHECK(write_held_file(folder.path(), file(17, "a\n")).reason.find("renaming") != std::string::npos);
  CHECK(entries(folder.path() + "/held-billing") == 1);
}

TEST_CASE("a start counts the files, and takes away what was left half written") {
  const test::TemporaryFolder folder;
  CHECK(look_at_held_folder(folder.path()).files == 0);
  CHECK(write_held_file(folder.path(), file(17, "a\n")).reason == "");
  std::ofstream{folder.path() + "/" + held_path(0xab, 30) + ".new"} << "half";
  const auto seen = look_at_held_folder(folder.path());
  CHECK(seen.files == 1);
  CHECK(seen.path == folder.path() + "/held-billing");
  CHECK(entries(seen.path) == 1);
}

}  // namespace chargehook::journal::io
