#include "delivery/base64.hpp"

#include <array>

namespace chargehook::delivery {
namespace {

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

constexpr std::array<std::int8_t, 256> values = [] {
  std::array<std::int8_t, 256> table{};
  table.fill(-1);
  for (std::size_t i = 0; i < alphabet.size(); ++i) {
    table[static_cast<unsigned char>(alphabet[i])] = static_cast<std::int8_t>(i);
  }
  return table;
}();

/// The value of a group's first `digits` characters, 6 bits each, moved to the top of 24; nothing if one is not base64.
std::optional<std::uint32_t> group_value(std::string_view group, std::size_t digits) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < digits; ++i) {
    const auto digit = values[static_cast<unsigned char>(group[i])];
    if (digit < 0) return std::nullopt;
    value |= static_cast<std::uint32_t>(digit) << (18 - 6 * i);
  }
  return value;
}

std::size_t padding_of(std::string_view text) {
  if (text.ends_with("==")) return 2;
  return text.ends_with('=') ? 1 : 0;
}

}  // namespace

void append_base64(std::string& out, std::span<const std::uint8_t> bytes) {
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    const std::size_t left = bytes.size() - at;
    const std::uint32_t value = (std::uint32_t{bytes[at]} << 16) | (left > 1 ? std::uint32_t{bytes[at + 1]} << 8 : 0U) |
                                (left > 2 ? std::uint32_t{bytes[at + 2]} : 0U);
    out += alphabet[value >> 18];
    out += alphabet[(value >> 12) & 63U];
    out += left > 1 ? alphabet[(value >> 6) & 63U] : '=';
    out += left > 2 ? alphabet[value & 63U] : '=';
  }
}

std::optional<std::string> decode_base64(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  const std::size_t padding = padding_of(text);
  std::string bytes;
  bytes.reserve(text.size() / 4 * 3);
  for (std::size_t at = 0; at < text.size(); at += 4) {
    const std::size_t lost = at + 4 == text.size() ? padding : 0;
    const auto value = group_value(text.substr(at, 4), 4 - lost);
    if (!value || (*value & ((std::uint32_t{1} << (8 * lost)) - 1)) != 0) return std::nullopt;
    for (std::size_t i = 0; i < 3 - lost; ++i) bytes += static_cast<char>((*value >> (16 - 8 * i)) & 0xFFU);
  }
  return bytes;
}

}  // namespace chargehook::delivery
