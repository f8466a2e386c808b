#include "config/diagnostics.hpp"

#include <algorithm>
#include <set>
#include <string_view>
#include <tuple>

#include "config/characters.hpp"
#include "model/json_text.hpp"

namespace chargehook::config {
namespace {

constexpr std::size_t source_columns = 68;  // of 80, beside "  123 | "
constexpr std::string_view margin = "      | ";

auto order_of(const Diagnostic& d) { return std::tie(d.file, d.line, d.column, d.severity, d.code, d.message); }

std::string_view word(Severity severity) { return severity == Severity::error ? "error" : "warning"; }

std::string counted(std::size_t count, std::string_view one) {
  std::string out = std::to_string(count) + ' ';
  out += one;
  return count == 1 ? out : out + 's';
}

/// A source line made fit to print, and where in it the carets begin.
struct Excerpt {
  std::string text;
  std::size_t caret = 0;
  std::size_t length = 1;
};

Excerpt excerpt(const Diagnostic& d) {
  const std::vector<std::string> characters = printable_characters(d.source);
  const auto caret = static_cast<std::size_t>(d.column - 1);
  const std::size_t first = caret > source_columns - 8 ? caret - source_columns / 2 : 0;
  const std::size_t last = std::min(characters.size(), first + source_columns);
  Excerpt out;
  if (first > 0) out.text = "…";
  for (std::size_t i = first; i < last; ++i) out.text += characters[i];
  if (last < characters.size()) out.text += "…";
  out.caret = caret - first + (first > 0 ? 1 : 0);
  out.length = std::clamp<std::size_t>(static_cast<std::size_t>(d.length), 1, source_columns - (caret - first));
  return out;
}

std::string with_line_number(int line, std::string_view text) {
  const std::string number = std::to_string(line);
  std::string out(number.size() < 5 ? 5 - number.size() : 0, ' ');
  return out.append(number).append(" | ").append(text) + '\n';
}

std::string to_json(const Diagnostic& d) {
  std::string out;
  model::JsonObject{out}
      .add("severity", word(d.severity))
      .add("code", d.code)
      .add("file", d.file)
      .add("line", d.line)
      .add("column", d.column)
      .add("length", d.length)
      .add("message", d.message)
      .add("help", d.help)
      .end();
  return out;
}

}  // namespace

void Diagnostics::sort() {
  std::sort(all_.begin(), all_.end(),
            [](const Diagnostic& a, const Diagnostic& b) { return order_of(a) < order_of(b); });
  all_.erase(std::unique(all_.begin(), all_.end()), all_.end());
}

std::size_t Diagnostics::errors() const {
  return static_cast<std::size_t>(
      std::count_if(all_.begin(), all_.end(), [](const Diagnostic& d) { return d.severity == Severity::error; }));
}

std::size_t Diagnostics::files() const {
  std::set<std::string_view> names;
  for (const Diagnostic& diagnostic : all_) names.insert(diagnostic.file);
  return names.size();
}

std::string headline(const Diagnostic& d) {
  std::string out = d.file + ':' + std::to_string(d.line) + ':' + std::to_string(d.column) + ": ";
  return out.append(word(d.severity)).append(" ").append(d.code).append(": ").append(d.message);
}

std::string to_text(const Diagnostic& d) {
  std::string out = headline(d) + '\n';
  if (!d.source.empty()) {
    const Excerpt shown = excerpt(d);
    out += with_line_number(d.line, shown.text);
    out.append(margin).append(shown.caret, ' ').append(shown.length, '^') += '\n';
  }
  if (!d.help.empty()) out += "   help: " + d.help + '\n';
  return out;
}

std::string to_text(const Diagnostics& diagnostics) {
  std::string out;
  const std::size_t shown = std::min(diagnostics.all().size(), shown_max);
  for (std::size_t i = 0; i < shown; ++i) out += to_text(diagnostics.all()[i]) + '\n';
  const std::size_t more = diagnostics.all().size() - shown;
  if (more > 0) out += "and " + std::to_string(more) + " more\n\n";
  return out;
}

std::string to_json(const Diagnostics& diagnostics) {
  std::string out;
  const std::size_t shown = std::min(diagnostics.all().size(), shown_max);
  for (std::size_t i = 0; i < shown; ++i) out += to_json(diagnostics.all()[i]) + '\n';
  const std::size_t more = diagnostics.all().size() - shown;
  if (more > 0) out += "{\"more\":" + std::to_string(more) + "}\n";
  return out;
}

std::string count_in_words(const Diagnostics& diagnostics) {
  if (diagnostics.all().empty()) return "no errors";
  std::string out;
  if (diagnostics.errors() > 0) out = counted(diagnostics.errors(), "error");
  if (diagnostics.warnings() > 0) out += (out.empty() ? "" : ", ") + counted(diagnostics.warnings(), "warning");
  return out + " in " + counted(diagnostics.files(), "file");
}

}  // namespace chargehook::config
