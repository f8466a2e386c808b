#include "config/line_parts.hpp"

namespace chargehook::config {
namespace {

constexpr auto npos = std::string_view::npos;

bool is_blank(char c) { return c == ' ' || c == '\t'; }

/// Whether a quote here opens a quoted text: at the start of a key or value, not inside a word ("Anna's").
bool opens_quote(std::string_view line, std::size_t at) {
  const std::size_t before = line.substr(0, at).find_last_not_of(" \t");
  if (before == npos) return true;
  return is_blank(line[at - 1]) && (line[before] == ':' || line[before] == '-');
}

}  // namespace

std::size_t comment_start(std::string_view line) {
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if ((c == '"' || c == '\'') && opens_quote(line, i)) {
      const std::size_t end = quote_end(line.substr(i));
      if (end == npos) return npos;
      i += end - 1;
    } else if (c == '#' && (i == 0 || is_blank(line[i - 1]))) {
      return i;
    }
  }
  return npos;
}

std::string_view without_blanks_at_end(std::string_view text) {
  const std::size_t last = text.find_last_not_of(" \t");
  return text.substr(0, last == npos ? 0 : last + 1);
}

std::size_t quote_end(std::string_view text) {
  const char quote = text.front();
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '\\' && quote == '"') {
      ++i;
    } else if (text[i] == quote) {
      if (quote == '"' || i + 1 == text.size() || text[i + 1] != '\'') return i + 1;
      ++i;  // '' is an apostrophe
    }
  }
  return npos;
}

std::size_t key_colon(std::string_view text) {
  if (text.starts_with('"') || text.starts_with('\'')) {
    const std::size_t end = quote_end(text);
    const std::size_t colon = end == npos ? npos : text.find_first_not_of(' ', end);
    return colon != npos && text[colon] == ':' ? colon : npos;
  }
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == ':' && (i + 1 == text.size() || text[i + 1] == ' ')) return i;
  }
  return npos;
}

std::size_t bad_escape(std::string_view text) {
  constexpr std::string_view known = "0abtnvfe \"'\\/N_LPxuU";
  if (!text.starts_with('"')) return npos;
  for (std::size_t i = 1; i + 1 < text.size(); ++i) {
    if (text[i] != '\\') continue;
    if (known.find(text[i + 1]) == npos) return i;
    ++i;
  }
  return npos;
}

}  // namespace chargehook::config
