#include "config/placeholder.hpp"

#include <array>

#include "config/nearest.hpp"
#include "config/report.hpp"

namespace chargehook::config {
namespace {

constexpr std::array<std::string_view, 3> known{"site.id", "site.name", "gateway.id"};

const std::string* value_of(std::string_view word, const Placeholders& values) {
  if (word == known[0]) return &values.site_id;
  if (word == known[1]) return &values.site_name;
  if (word == known[2]) return &values.gateway_id;
  return nullptr;
}

void append_escaped(std::string& out, std::string_view text) {
  constexpr std::string_view hexadecimal = "0123456789ABCDEF";
  constexpr std::string_view unreserved = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~";
  for (const char c : text) {
    if (unreserved.find(c) != unreserved.npos) {
      out += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out.append("%") += hexadecimal[byte >> 4U];
    out += hexadecimal[byte & 0xFU];
  }
}

}  // namespace

Read<std::string> expand_in_url(std::string_view text, const Placeholders& values) {
  std::string out;
  while (true) {
    const std::size_t open = text.find('<');
    out += text.substr(0, open);
    if (open == text.npos) return out;
    const std::size_t close = text.find('>', open);
    const std::string_view word = text.substr(open + 1, close == text.npos ? close : close - open - 1);
    const std::string* value = close == text.npos ? nullptr : value_of(word, values);
    if (value == nullptr) return Refusal{"E147", "unknown placeholder " + in_quotes(word), suggestion(word, known)};
    append_escaped(out, *value);
    text.remove_prefix(close + 1);
  }
}

}  // namespace chargehook::config
