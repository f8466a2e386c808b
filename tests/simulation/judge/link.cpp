#include "judge/link.hpp"

#include <openssl/sha.h>

namespace chargehook::simulation {
namespace {

Link sha256(const std::string& bytes) {
  Link link{};
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), link.data());
  return link;
}

}  // namespace

Link first_link(std::string_view stream) { return sha256(std::string{stream}); }

Link next_link(const Link& before, std::uint64_t n, std::string_view id) {
  std::string bytes(reinterpret_cast<const char*>(before.data()), before.size());
  for (int shift = 56; shift >= 0; shift -= 8) bytes += static_cast<char>((n >> static_cast<unsigned>(shift)) & 0xFFU);
  bytes += id;
  return sha256(bytes);
}

std::string sent_form(const Link& link) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (std::size_t i = 0; i < 16; ++i) {
    text += digits[link[i] >> 4U];
    text += digits[link[i] & 15U];
  }
  return text;
}

}  // namespace chargehook::simulation
