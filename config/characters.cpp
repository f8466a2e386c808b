#include "config/characters.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

namespace chargehook::config {
namespace {

struct Invisible {
  char32_t first;
  char32_t last;
  const char* name;
};

constexpr std::array invisibles{
    Invisible{0x0085, 0x0085, "next line"},
    Invisible{0x00A0, 0x00A0, "no-break space"},
    Invisible{0x00AD, 0x00AD, "soft hyphen"},
    Invisible{0x061C, 0x061C, "writing direction mark"},
    Invisible{0x1680, 0x1680, "wide space"},
    Invisible{0x180E, 0x180E, "vowel separator"},
    Invisible{0x2000, 0x200A, "wide space"},
    Invisible{0x200B, 0x200D, "zero-width character"},
    Invisible{0x200E, 0x200F, "writing direction mark"},
    Invisible{0x2028, 0x2029, "line separator"},
    Invisible{0x202A, 0x202E, "writing direction mark"},
    Invisible{0x202F, 0x202F, "narrow no-break space"},
    Invisible{0x205F, 0x205F, "wide space"},
    Invisible{0x2060, 0x2064, "zero-width character"},
    Invisible{0x2066, 0x2069, "writing direction mark"},
    Invisible{0x3000, 0x3000, "wide space"},
    Invisible{0xFEFF, 0xFEFF, "byte order mark"},
};

bool continues(char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U; }

bool is_valid(char32_t code, std::size_t bytes) {
  constexpr std::array<char32_t, 5> smallest{0, 0, 0x80, 0x800, 0x10000};
  return code >= smallest[bytes] && code <= 0x10FFFF && (code < 0xD800 || code > 0xDFFF);
}

}  // namespace

std::optional<Character> first_character(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text.front());
  if (lead < 0x80) return Character{lead, 1};
  const std::size_t bytes = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC0 || lead >= 0xF8 || text.size() < bytes) return std::nullopt;
  auto code = static_cast<char32_t>(lead & (0x7FU >> bytes));
  for (std::size_t i = 1; i < bytes; ++i) {
    if (!continues(text[i])) return std::nullopt;
    code = (code << 6U) | (static_cast<unsigned char>(text[i]) & 0x3FU);
  }
  if (!is_valid(code, bytes)) return std::nullopt;
  return Character{code, bytes};
}

std::size_t character_count(std::string_view text) {
  std::size_t count = 0;
  for (; !text.empty(); ++count) {
    const std::optional<Character> character = first_character(text);
    text.remove_prefix(character ? character->bytes : 1);
  }
  return count;
}

std::vector<std::string> printable_characters(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const std::optional<Character> character = first_character(text);
    const std::size_t bytes = character ? character->bytes : 1;
    const bool control = !character || character->code < 0x20 || (character->code >= 0x7F && character->code < 0xA0);
    const bool tab = character && character->code == '\t';
    out.emplace_back(tab ? " " : control || invisible_name(character->code) != nullptr ? "?" : text.substr(0, bytes));
    text.remove_prefix(bytes);
  }
  return out;
}

const char* invisible_name(char32_t code) {
  const auto found = std::find_if(invisibles.begin(), invisibles.end(), [code](const Invisible& candidate) {
    return code >= candidate.first && code <= candidate.last;
  });
  return found == invisibles.end() ? nullptr : found->name;
}

std::string code_point_text(char32_t code) {
  std::array<char, 16> out{};
  std::snprintf(out.data(), out.size(), "U+%04X", static_cast<unsigned>(code));
  return out.data();
}

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

}  // namespace chargehook::config
