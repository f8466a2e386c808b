/// Base64 with padding, the alphabet of RFC 4648 §4. Pure; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace chargehook::delivery {

void append_base64(std::string& out, std::span<const std::uint8_t> bytes);

/// Strict: whole groups of four, padding only at the end, no bits lost in the last group, no blanks.
[[nodiscard]] std::optional<std::string> decode_base64(std::string_view text);

}  // namespace chargehook::delivery
