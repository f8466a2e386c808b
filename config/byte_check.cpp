#include "config/byte_check.hpp"

#include "config/characters.hpp"
#include "config/line_parts.hpp"

namespace chargehook::config {
namespace {

/// UTF-16, which some editors write, shows itself by its first two bytes.
bool is_utf16(std::string_view text) { return text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF"); }

/// @return false if the rest of the file is not worth a look
bool check_character(Report& report, const Place& place, std::optional<Character> character, bool comment) {
  if (!character) {
    report.error(place, "E103", "a byte that is not UTF-8 text", "save the file as UTF-8 and write the letter again");
    return false;
  }
  const char32_t code = character->code;
  if (code == '\t') {
    if (!comment) report.error(place, "E105", "a tab; the files use blanks only", "replace it by blanks");
  } else if (code < 0x20 || code == 0x7F || (code >= 0x80 && code < 0xA0 && code != 0x85)) {
    report.error(place, "E104", "a control character (" + code_point_text(code) + ") in the text",
                 code == 0 ? "the file is damaged or not a text file: restore it" : "delete it");
    return code != 0;
  } else if (const char* name = invisible_name(code); name != nullptr && !comment) {
    report.error(place, "E106", std::string("an invisible character (") + name + ", " + code_point_text(code) + ")",
                 "delete it and type a blank; it often comes with text copied from a web page");
  }
  return true;
}

bool check_line(Report& report, int number) {
  const std::string_view line = report.lines().line(number);
  const std::size_t comment = comment_start(line);
  for (std::size_t at = 0; at < line.size();) {
    const std::optional<Character> character = first_character(line.substr(at));
    const std::size_t bytes = character ? character->bytes : 1;
    const Place place{number, static_cast<int>(at) + 1, static_cast<int>(bytes)};
    const std::size_t errors = report.errors();
    if (!check_character(report, place, character, at >= comment)) return false;
    if (report.errors() > errors) return true;  // one a line says enough
    at += bytes;
  }
  return true;
}

}  // namespace

void check_bytes(Report& report) {
  if (is_utf16(report.lines().text())) {
    report.error({}, "E103", "the file is UTF-16, not UTF-8", "save it as UTF-8");
    return;
  }
  for (int number = 1; number <= report.lines().count(); ++number) {
    if (!check_line(report, number)) return;
  }
}

}  // namespace chargehook::config
