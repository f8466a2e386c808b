// Files spoilt at random: load() takes them or says where they are wrong, and never falls over.
#include <doctest/doctest.h>

#include <random>

#include "config/characters.hpp"
#include "config/files.hpp"
#include "folder.hpp"

namespace chargehook::config {
namespace {

using Random = std::mt19937;

std::size_t below(Random& random, std::size_t bound) { return bound == 0 ? 0 : random() % bound; }

/// What a slip of the keyboard, a bad copy or a damaged file puts in.
const std::vector<std::string> pieces = {"\t",        " ",
                                         "  ",        "\n",
                                         "\r",        "\"",
                                         "'",         ":",
                                         ": ",        " #",
                                         "#",         "-",
                                         "- ",        "[",
                                         "]",         "{",
                                         "}",         "&a",
                                         "*a",        "!",
                                         "|",         ">",
                                         "%",         "@",
                                         "`",         "<<: ",
                                         "? ",        "---\n",
                                         "...\n",     std::string(1, '\0'),
                                         "\xFF",      "\xC3",
                                         "\xC2\xA0",  "\xEF\xBB\xBF",
                                         "0",         "1,5",
                                         "~",         "null",
                                         "yes",       "kW",
                                         "<site.id>", "\\",
                                         "ingest:\n", "  id: x\n"};

void spoil(Random& random, std::string& text) {
  const std::size_t at = below(random, text.size() + 1);
  switch (below(random, 5)) {
    case 0:
      text.insert(at, pieces[below(random, pieces.size())]);
      break;
    case 1:
      text.erase(at, 1 + below(random, 8));
      break;
    case 2:
      if (at < text.size()) text[at] = static_cast<char>(random() % 256);
      break;
    case 3:
      text.insert(at, text.substr(below(random, text.size()), below(random, 60)));
      break;
    default:
      text.resize(at);
      break;
  }
}

/// A place in a file that was read, or the start of one that is missing.
bool is_valid(const Files& files, const Diagnostic& d) {
  const auto source = std::ranges::find(files.sources, d.file, &Source::path);
  if (source == files.sources.end() || d.line < 1 || d.column < 1 || d.length < 1) return false;
  const Lines lines(*source);
  const auto characters = static_cast<int>(character_count(lines.line(d.line)));
  const bool in_file = d.line <= std::max(lines.count(), 1) && d.column <= characters + 1;
  return in_file && !d.code.empty() && !d.message.empty() && headline(d).find('\n') == std::string::npos;
}

TEST_CASE("a thousand spoilt copies of the example are taken, or refused at a place that exists") {
  const Files example = read_folder(CHARGEHOOK_SOURCE_DIR "/config/examples/minimal");
  REQUIRE(load(example).generation.has_value());
  int refused = 0;
  for (unsigned seed = 1; seed <= 1000; ++seed) {
    CAPTURE(seed);
    Random random(seed);
    Files files = example;
    for (std::size_t slips = 1 + below(random, 3); slips > 0; --slips) {
      spoil(random, files.sources[below(random, files.sources.size())].text);
    }
    const Loaded loaded = load(files);
    REQUIRE(loaded.generation.has_value() != loaded.diagnostics.has_errors());
    for (const Diagnostic& diagnostic : loaded.diagnostics.all()) {
      REQUIRE_MESSAGE(is_valid(files, diagnostic), to_text(diagnostic));
    }
    if (loaded.diagnostics.has_errors()) ++refused;
  }
  CHECK(refused > 300);  // most of an example is comments, where nothing can be wrong
}

}  // namespace
}  // namespace chargehook::config
