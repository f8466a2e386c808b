#include "config/source.hpp"

namespace chargehook::config {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

std::string clean(std::string_view text) {
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n') continue;
    out += text[i];
  }
  return out;
}

std::vector<std::string_view> split(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    lines.push_back(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return lines;
}

}  // namespace

FileKind kind_of(std::string_view path) {
  if (path == "gateway.yaml") return FileKind::gateway;
  if (path == "site.yaml") return FileKind::site;
  if (path.starts_with("devices.d/") || is_shipped(path)) return FileKind::devices;
  if (path.starts_with("adapters.d/")) return FileKind::adapters;
  if (path.starts_with("endpoints.d/")) return FileKind::endpoints;
  if (path.starts_with("rules.d/")) return FileKind::rules;
  return FileKind::unknown;
}

Lines::Lines(const Source& source) : path_(source.path), text_(clean(source.text)), lines_(split(text_)) {}

std::string_view Lines::line(int number) const {
  return number < 1 || number > count() ? std::string_view{} : lines_[static_cast<std::size_t>(number - 1)];
}

std::string_view Lines::rest(int number, int column) const {
  const std::string_view text = line(number);
  const auto start = static_cast<std::size_t>(column < 1 ? 0 : column - 1);
  return start >= text.size() ? std::string_view{} : text.substr(start);
}

}  // namespace chargehook::config
