#include "model/event_id.hpp"

#include <openssl/evp.h>

#include "model/result.hpp"

namespace chargehook::model {

Digest sha256(std::string_view bytes) {
  Digest digest{};
  unsigned int length = 0;
  CHARGEHOOK_ASSERT(EVP_Digest(bytes.data(), bytes.size(), digest.data(), &length, EVP_sha256(), nullptr) == 1);
  return digest;
}

std::string make_id(std::string_view prefix, std::initializer_list<std::string_view> parts) {
  std::string key;
  for (const auto part : parts) {
    const auto length = static_cast<std::uint32_t>(part.size());
    for (int shift = 0; shift < 32; shift += 8) key += static_cast<char>((length >> shift) & 0xFF);
    key += part;
  }
  const auto digest = sha256(key);
  return std::string{prefix} + base32(std::span{digest}.first(16));
}

std::string base32(std::span<const std::uint8_t> bytes) {
  // Crockford: no i, l, o, u, so that an id read over the telephone stays what it was.
  constexpr std::string_view alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
  std::string out;
  std::uint32_t bits = 0;
  int count = 0;
  for (const auto byte : bytes) {
    bits = (bits << 8) | byte;
    count += 8;
    while (count >= 5) {
      count -= 5;
      out += alphabet[(bits >> count) & 31];
    }
  }
  if (count > 0) out += alphabet[(bits << (5 - count)) & 31];
  return out;
}

std::string hex(std::span<const std::uint8_t> bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out;
  out.reserve(bytes.size() * 2);
  for (const auto byte : bytes) {
    out += digits[byte >> 4];
    out += digits[byte & 15];
  }
  return out;
}

std::string hex(std::uint64_t value) {
  std::array<std::uint8_t, 8> bytes{};
  for (auto it = bytes.rbegin(); it != bytes.rend(); ++it, value >>= 8) *it = static_cast<std::uint8_t>(value);
  return hex(bytes);
}

namespace {

constexpr std::string_view revision_mark = "~time";  // make_id puts out no such character

}  // namespace

std::string time_correction_id(std::string_view id) { return std::string{id} + std::string{revision_mark}; }

std::string_view time_corrected_id(std::string_view id) {
  return id.ends_with(revision_mark) ? id.substr(0, id.size() - revision_mark.size()) : std::string_view{};
}

}  // namespace chargehook::model
