// docs/rules.md is what technicians copy from: its examples compile, and it knows every error code.
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include "world.hpp"

namespace chargehook::rules {

namespace {

const std::filesystem::path source{CHARGEHOOK_SOURCE_DIR};

std::string text_of(const std::filesystem::path& file) {
  std::ostringstream text;
  text << std::ifstream{file}.rdbuf();
  return text.str();
}

/// The rules in the page's YAML blocks. Reads `key: value` lines alone, and of these the ones that hold expressions.
std::vector<RuleConfig> examples(const std::string& page) {
  std::vector<RuleConfig> rules;
  std::istringstream lines{page};
  const std::regex key_and_value{"^ {2,4}(?:- )?([a-z_]+): (.+)$"};
  bool in_block = false;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("```")) in_block = line == "```yaml";
    std::smatch match;
    if (!in_block || !std::regex_match(line, match, key_and_value)) continue;
    const std::string key = match[1];
    if (key == "id") rules.emplace_back().id = match[2];
    if (key == "title") rules.back().title = match[2];
    if (key == "each") rules.back().each = match[2];
    if (key == "when") rules.back().when = match[2];
    if (key == "clear") rules.back().clear = match[2];
    if (key == "advice") rules.back().advice = match[2];
  }
  return rules;
}

}  // namespace

TEST_CASE("every example of the page compiles") {
  const std::vector<RuleConfig> rules = examples(text_of(source / "docs/rules.md"));
  CHECK(rules.size() == 8);
  CHECK(compiled(rules)->rules().size() == rules.size());
}

TEST_CASE("every error code that can be given is in the page") {
  const std::string page = text_of(source / "docs/rules.md");
  const std::regex code{"\"([EW]2[0-9]{2})\""};
  std::set<std::string> codes;
  for (const auto& entry : std::filesystem::recursive_directory_iterator{source / "rules"}) {
    if (entry.path().extension() != ".cpp") continue;
    const std::string text = text_of(entry.path());
    for (std::sregex_iterator found{text.begin(), text.end(), code}, end; found != end; ++found)
      codes.insert((*found)[1]);
  }
  CHECK(codes.size() > 30);
  for (const std::string& each : codes) {
    CAPTURE(each);
    CHECK(page.find(each) != std::string::npos);
  }
}

}  // namespace chargehook::rules
