// What people copy from is read by the loader itself: every example, every file shown in the documentation.
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "config/files.hpp"
#include "folder.hpp"

namespace chargehook::config {
namespace {

namespace fs = std::filesystem;

const fs::path top = CHARGEHOOK_SOURCE_DIR;

struct Block {
  std::string where;  ///< "README.md:12"
  std::string path;
  std::string text;
};

/// Blocks fenced as yaml whose first line is a comment with the path of a configuration file.
std::vector<Block> blocks_of(const fs::path& document) {
  std::vector<Block> blocks;
  std::ifstream stream(document);
  std::string line;
  bool inside = false;
  for (int number = 1; std::getline(stream, line); ++number) {
    if (line.starts_with("```")) {
      inside = !inside && line == "```yaml";
      if (inside) blocks.push_back({document.lexically_relative(top).string() + ":" + std::to_string(number), "", ""});
    } else if (inside) {
      Block& block = blocks.back();
      if (block.text.empty() && line.starts_with("# ")) block.path = line.substr(2, line.find(' ', 2) - 2);
      block.text += line + '\n';
    }
  }
  std::erase_if(blocks, [](const Block& block) { return kind_of(block.path) == FileKind::unknown; });
  return blocks;
}

std::vector<fs::path> documents() {
  std::vector<fs::path> out{top / "README.md"};
  if (fs::exists(top / "docs")) {
    for (const auto& entry : fs::recursive_directory_iterator(top / "docs")) {
      if (entry.path().extension() == ".md") out.push_back(entry.path());
    }
  }
  return out;
}

/// Rules are shown over the small depot of the examples.
Files among_depot(const Block& block) {
  Files files = read_folder(top / "config/examples/depot");
  std::erase_if(files.sources, [](const Source& source) { return kind_of(source.path) == FileKind::rules; });
  files.sources.push_back({block.path, block.text});
  return files;
}

/// The block among sound files, with every secret it names.
Files around(const Block& block) {
  if (kind_of(block.path) == FileKind::rules) return among_depot(block);
  Files files = with_file(block.path, block.text);
  std::istringstream words(block.text);
  for (std::string word, before; words >> word; before = word) {
    if (before == "secret:") files.secrets[word] = files.secrets.at("key");
  }
  if (kind_of(block.path) != FileKind::gateway && kind_of(block.path) != FileKind::site) {
    std::erase_if(files.sources, [&](const Source& source) {
      return source.path != block.path && kind_of(source.path) == kind_of(block.path);
    });
  }
  return files;
}

TEST_CASE("every file shown in the documentation is one that loads") {
  for (const fs::path& document : documents()) {
    for (const Block& block : blocks_of(document)) {
      CAPTURE(block.where);
      const Loaded loaded = load(around(block));
      CHECK_MESSAGE(loaded.generation.has_value(), to_text(loaded.diagnostics));
    }
  }
}

TEST_CASE("every rule of docs/rules.md is one that loads") {
  std::ifstream stream(top / "docs/rules.md");
  const std::string page{std::istreambuf_iterator<char>(stream), {}};
  const std::string fence = "```yaml\n";
  std::size_t fences = 0;
  for (auto at = page.find(fence); at != std::string::npos; at = page.find(fence, at + 1)) ++fences;
  CHECK(fences > 2);
  CHECK(blocks_of(top / "docs/rules.md").size() == fences);  // each says where it stands, so the case above loads it
}

TEST_CASE("blocks of documentation are found by the path in their first line") {
  std::string pattern = (fs::temp_directory_path() / "chargehook-document-XXXXXX").string();
  REQUIRE(::mkdtemp(pattern.data()) != nullptr);
  std::ofstream(fs::path(pattern) / "a.md")
      << "x\n```yaml\n# site.yaml\nsite:\n```\n```yaml\na: b\n```\n```\n# site.yaml\n```\n"
         "```yaml\n# endpoints.d/a.yaml (shortened)\nendpoints:\n```\n";
  const std::vector<Block> blocks = blocks_of(fs::path(pattern) / "a.md");
  fs::remove_all(pattern);
  REQUIRE(blocks.size() == 2);
  CHECK(blocks[0].text == "# site.yaml\nsite:\n");
  CHECK(blocks[1].path == "endpoints.d/a.yaml");
}

TEST_CASE("every example is free of errors and warnings") {
  int count = 0;
  for (const auto& example : fs::directory_iterator(top / "config/examples")) {
    CAPTURE(example.path().string());
    const Loaded loaded = load(read_folder(example.path(), {"/usr/share/zoneinfo", top / "config/devices"}));
    CHECK_MESSAGE(loaded.diagnostics.all().empty(), to_text(loaded.diagnostics));
    ++count;
  }
  CHECK(count > 0);
}

TEST_CASE("the example that is installed fits a terminal of 80 columns") {
  for (const Source& source : read_folder(top / "config/examples/minimal", {"/nonexistent", "/nonexistent"}).sources) {
    CAPTURE(source.path);
    const Lines lines(source);
    for (int number = 1; number <= lines.count(); ++number) CHECK(lines.line(number).size() <= 80);
  }
}

std::string text_of(const fs::path& path) {
  std::ifstream stream(path);
  return {std::istreambuf_iterator<char>(stream), {}};
}

TEST_CASE("every code that is reported is explained in docs/errors.md, and none else") {
  const std::string page = text_of(top / "docs/errors.md");
  std::string sources;
  for (const auto& entry : fs::directory_iterator(top / "config")) {
    if (entry.path().extension() == ".cpp") sources += text_of(entry.path());
  }
  for (int code = 100; code < 200; ++code) {
    const std::string name = "E" + std::to_string(code);
    CAPTURE(name);
    const bool reported = sources.find('"' + name + '"') != std::string::npos;
    const bool explained = page.find("| " + name + " |") != std::string::npos;
    CHECK(reported == explained);
  }
}

}  // namespace
}  // namespace chargehook::config
