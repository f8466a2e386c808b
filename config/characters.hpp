/// UTF-8, character by character: where text is broken, and which characters look like something they are not.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace chargehook::config {

/// One character of UTF-8 text.
struct Character {
  char32_t code = 0;
  std::size_t bytes = 1;
};

/// The first character of `text`; nothing if its bytes are none. `text` is not empty. Source: RFC 3629 §4.
[[nodiscard]] std::optional<Character> first_character(std::string_view text);

/// How many characters `text` has; each byte that belongs to none counts as one.
[[nodiscard]] std::size_t character_count(std::string_view text);

/// Each character as its own text; what would move a terminal's cursor, or is no character, becomes '?'.
[[nodiscard]] std::vector<std::string> printable_characters(std::string_view text);

/// What a character is called that cannot be seen and is not a blank ("no-break space"); nullptr if it is none.
[[nodiscard]] const char* invisible_name(char32_t code);

/// "U+00A0"
[[nodiscard]] std::string code_point_text(char32_t code);

/// Whether all bytes are ASCII.
[[nodiscard]] bool is_ascii(std::string_view text);

}  // namespace chargehook::config
