// What people are told: the words, the hints, the form.
#include <doctest/doctest.h>

#include <array>

#include "config/nearest.hpp"
#include "config/reader.hpp"
#include "folder.hpp"

namespace chargehook::config {
namespace {

std::string told(const std::string& path, const std::string& text) { return first_words(load(with_file(path, text))); }

std::string about_size(const std::string& size) {
  return told("gateway.yaml", "gateway:\n  id: a\nstorage:\n  size: " + size + "\n");
}

TEST_CASE("a message has the place, the line, a caret and one line of help") {
  const Loaded loaded = load(with_file("gateway.yaml", "gateway:\n  id: a\n  enviroment: test\n"));
  CHECK(to_text(loaded.diagnostics) ==
        "gateway.yaml:3:3: error E110: unknown key \"enviroment\"\n"
        "    3 |   enviroment: test\n"
        "      |   ^^^^^^^^^^\n"
        "   help: did you mean \"environment\"?\n"
        "\n");
  CHECK(count_in_words(loaded.diagnostics) == "1 error in 1 file");
}

TEST_CASE("the caret stands under its character, whatever is before it") {
  const Loaded loaded = load(with_file("site.yaml", "site:\n  id: a\n  timezone: UTC\n  name: K\xC3\xB6ln #7\n"));
  CHECK(to_text(loaded.diagnostics) ==
        "site.yaml:4:14: warning E119: from the # on, this is a comment and not part of \"name\"\n"
        "    4 |   name: K\xC3\xB6ln #7\n"
        "      |              ^^\n"
        "   help: put the text in quotes; for a comment, put two blanks before the #\n"
        "\n");
}

TEST_CASE("a long line is cut to a terminal around the place, and what could move the cursor is not printed") {
  Diagnostic wide{Severity::error, "E100", "a.yaml", 1, 200, 500, "m", "", std::string(1000, 'x')};
  const std::string text = to_text(wide);
  std::size_t longest = 0;
  for (std::size_t from = 0; from < text.size();) {
    const std::size_t end = text.find('\n', from);
    longest = std::max(longest, end - from);
    from = end + 1;
  }
  CHECK(longest <= 84);  // two of the characters have three bytes
  CHECK(text.find('^') != std::string::npos);

  Diagnostic colours{Severity::error, "E100", "a.yaml", 1, 1, 1, "m", "", "\x1B[31m\xFF\x9B"};
  CHECK(to_text(colours).find("    1 | ?[31m??\n") != std::string::npos);
}

TEST_CASE("only the first 50 are shown, and the rest counted") {
  std::string text = "gateway:\n  id: a\n";
  for (int i = 0; i < 60; ++i) text += "  key" + std::to_string(i) + ": a\n";
  const Loaded loaded = load(with_file("gateway.yaml", text));
  CHECK(loaded.diagnostics.errors() == 60);
  CHECK(to_text(loaded.diagnostics).ends_with("\nand 10 more\n\n"));
  CHECK(to_json(loaded.diagnostics).ends_with("\n{\"more\":10}\n"));
}

TEST_CASE("for machines each is one JSON object a line") {
  const Loaded loaded = load(with_file("gateway.yaml", "gateway:\n  id: a\n  enviroment: test\n"));
  CHECK(to_json(loaded.diagnostics) ==
        "{\"severity\":\"error\",\"code\":\"E110\",\"file\":\"gateway.yaml\",\"line\":3,\"column\":3,\"length\":10,"
        "\"message\":\"unknown key \\\"enviroment\\\"\",\"help\":\"did you mean \\\"environment\\\"?\"}\n");
}

TEST_CASE("a number that can be read in two ways is asked about") {
  CHECK(about_size("4,6 GiB") == "\"4,6 GiB\" can be read in two ways: 4.6 or 4600? | write 4.6 GiB or 4600 GiB");
  CHECK(about_size("1.000 MiB") == "\"1.000 MiB\" can be read in two ways: 1 or 1000? | write 1 MiB or 1000 MiB");
  CHECK(about_size("1,500 MiB") == "\"1,500 MiB\" can be read in two ways: 1.5 or 1500? | write 1.5 MiB or 1500 MiB");
  CHECK(about_size("0.125 GiB").empty());
  CHECK(about_size("1.0 GiB").empty());
}

TEST_CASE("a wrong unit comes with the right one") {
  CHECK(about_size("1073741824") == "\"1073741824\" has no unit | a size is written with its unit: 1 GiB");
  CHECK(about_size("250 kW") == "\"250 kW\" is a power; a size is wanted | write for example 1 GiB");
  CHECK(about_size("1 gib") == "unknown unit \"gib\" | did you mean 1 GiB?");
  CHECK(about_size("1 G") == "unknown unit \"G\" | did you mean 1 GiB?");
  const auto about_timeout = [](const std::string& time) {
    return told("endpoints.d/x.yaml", "endpoints:\n  - name: a\n" + endpoint_rest + "    timeout: " + time + "\n");
  };
  CHECK(about_timeout("15 seconds") == "unknown unit \"seconds\" | did you mean 15 s?");
  CHECK(about_timeout("15") == "\"15\" has no unit | a time is written with its unit: 15 s");
  CHECK(about_timeout("1 h") == "\"1 h\" is out of range | from 1 s to 5 min");
}

TEST_CASE("a key in the wrong place is told where it goes, one that looks right that it is not") {
  CHECK(told("site.yaml", "site:\n  id: a\n  timezone: UTC\nstorage:\n  size: 1 GiB\n") ==
        "unknown key \"storage\" | it goes into gateway.yaml");
  CHECK(
      told("gateway.yaml", "gateway:\n  id: a\n  \xD0\xB5nvironment: test\n") ==
      "unknown key \"\xD0\xB5nvironment\" | did you mean \"environment\"? A letter in it only looks like one of ours");
}

TEST_CASE("the second of a name shows where the first is") {
  CHECK(told("endpoints.d/x.yaml", "endpoints:\n  - name: cloud\n" + endpoint_rest) ==
        "endpoint \"cloud\" is given twice (first at endpoints.d/cloud.yaml:2) | give one of them another name");
  CHECK(told("gateway.yaml", "gateway:\n  id: a\n  id: b\n").starts_with("key \"id\" given twice (first at line 2)"));
}

TEST_CASE("a slip of form comes with how to write it") {
  CHECK(told("gateway.yaml", "gateway:\n  id a\n") ==
        "no colon behind the key | a line is `key: value`, as in `id: a`");
  CHECK(told("gateway.yaml", "gateway:\n  id:a\n") == "no blank after the colon | write `id: a`");
  CHECK(told("gateway.yaml", "gateway:\n  id: a\n   b: c\n") ==
        "the line begins with 3 blanks, which fits no line above | begin it with 2, as the lines it belongs to");
  CHECK(told("gateway.yaml", "gateway:\n  id: a\n b: c\n") ==
        "the line begins with 1 blank, which fits no line above | begin it with 0 or 2, as the lines it belongs to");
  CHECK(told("gateway.yaml", "gateway:\n  id: Depot Nord\n") ==
        "\"Depot Nord\" is not a name | a name has a-z, 0-9 and - only, at most 64: for example depot-nord");
}

TEST_CASE("the nearest word counts a swap as one slip, and case and separators as none") {
  CHECK(edit_distance("", "abc") == 3);
  CHECK(edit_distance("evnets", "events") == 1);
  CHECK(edit_distance("Time-Zone", "time_zone") == 0);
  constexpr std::array<std::string_view, 3> words{"name", "url", "events"};
  CHECK(nearest("evnts", words) == "events");
  CHECK(nearest("modbus", words).empty());
  CHECK(suggestion("modbus", words) == "one of: name, url, events");
}

/// The map of a text, read with `read`; what was reported comes back as "line:column code".
template <class Reading>
std::string reading(const std::string& text, Reading read) {
  const Source source{"a.yaml", text};
  const Lines lines(source);
  Diagnostics diagnostics;
  Report report(lines, diagnostics);
  const std::optional<Node> root = read_yaml(report);
  REQUIRE(root.has_value());
  MapReader reader(*root, Place{}, report);
  read(reader);
  reader.finish();
  std::string out;
  for (const Diagnostic& d : diagnostics.all())
    out += std::to_string(d.line) + ':' + std::to_string(d.column) + ' ' + d.code;
  return out;
}

TEST_CASE("only true and false are truth") {
  CHECK(reading("a: true\n", [](MapReader& map) { CHECK(map.boolean("a", Need::required) == true); }).empty());
  CHECK(reading("a: false\n", [](MapReader& map) { CHECK(map.boolean("a", Need::required) == false); }).empty());
  for (const char* text : {"yes", "no", "on", "off", "True", "TRUE", "1", "y"}) {
    CAPTURE(text);
    CHECK(reading(std::string("a: ") + text + "\n",
                  [](MapReader& map) { CHECK_FALSE(map.boolean("a", Need::required).has_value()); }) == "1:4 E133");
  }
}

TEST_CASE("a quantity comes in its base unit") {
  const auto power = [](const std::string& text) {
    double out = 0;
    const std::string errors = reading("a: " + text + "\n", [&](MapReader& map) {
      out = map.quantity("a", Need::required, model::Quantity::power, "250 kW", {-1e9, 1e9}).value_or(-1);
    });
    return errors.empty() ? out : -1;
  };
  CHECK(power("250 kW") == 250'000);
  CHECK(power("2.5 MW") == 2'500'000);
  CHECK(power("-11 kW") == -11'000);
  CHECK(power("250 kVA") == -1);
  CHECK(power("2000 MW") == -1);
}

TEST_CASE("a temperature is written in three ways") {
  for (const char* text : {"60 degC", "60 C",
                           "60 \xC2\xB0"
                           "C"}) {
    CHECK(reading(std::string("a: ") + text + "\n", [](MapReader& map) {
            CHECK(map.quantity("a", Need::required, model::Quantity::temperature, "60 degC", {-50, 200}) == 60);
          }).empty());
  }
}

TEST_CASE("a file nested too deep, too large a group or too many values is refused, not followed") {
  std::string deep;
  for (int i = 0; i < 40; ++i) deep += std::string(static_cast<std::size_t>(i), ' ') + "a:\n";
  CHECK(places_of(load(with_file("gateway.yaml", deep))) == "gateway.yaml:33:33 E123");
  std::string wide = "gateway:\n";
  for (int i = 0; i < 1100; ++i) wide += "  k" + std::to_string(i) + ": 1\n";
  CHECK(places_of(load(with_file("gateway.yaml", wide))) == "gateway.yaml:1002:3 E123");
  std::string many = "gateway:\n";
  for (int i = 0; i < 100'100; ++i) many += " - 1\n";
  CHECK(places_of(load(with_file("gateway.yaml", many))) == "gateway.yaml:99999:4 E123");
}

}  // namespace
}  // namespace chargehook::config
