#include "config/report.hpp"

#include <algorithm>

#include "config/characters.hpp"

namespace chargehook::config {

void Report::error(const Place& place, std::string_view code, std::string message, std::string help) {
  ++errors_;
  diagnostics_.add(make(place, code, std::move(message), std::move(help)));
}

void Report::warning(const Place& place, std::string_view code, std::string message, std::string help) {
  Diagnostic diagnostic = make(place, code, std::move(message), std::move(help));
  diagnostic.severity = Severity::warning;
  diagnostics_.add(std::move(diagnostic));
}

void Report::error_on_secret(const Place& place, std::string_view code, std::string message, std::string help) {
  ++errors_;
  Diagnostic diagnostic = make(place, code, std::move(message), std::move(help));
  diagnostic.source.clear();
  diagnostics_.add(std::move(diagnostic));
}

Diagnostic Report::make(const Place& place, std::string_view code, std::string message, std::string help) const {
  const std::string_view line = lines_.line(place.line);
  const auto before = static_cast<std::size_t>(std::max(place.column - 1, 0));
  const auto marked = static_cast<std::size_t>(std::max(place.length, 1));
  Diagnostic out;
  out.code = code;
  out.file = lines_.path();
  out.line = std::max(place.line, 1);
  out.column = static_cast<int>(character_count(line.substr(0, std::min(before, line.size())))) + 1;
  const std::string_view rest = lines_.rest(place.line, place.column);
  out.length = std::max(1, static_cast<int>(character_count(rest.substr(0, std::min(marked, rest.size())))));
  out.message = std::move(message);
  out.help = std::move(help);
  out.source = line;
  return out;
}

std::string in_quotes(std::string_view text) {
  constexpr std::size_t shown = 40;
  const std::vector<std::string> characters = printable_characters(text);
  std::string out = "\"";
  for (std::size_t i = 0; i < std::min(characters.size(), shown); ++i) out += characters[i];
  return out + (characters.size() > shown ? "…\"" : "\"");
}

}  // namespace chargehook::config
