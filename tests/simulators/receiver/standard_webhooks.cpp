#include "receiver/standard_webhooks.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <charconv>
#include <cstdlib>

namespace chargehook::simulators {
namespace {

using Mac = std::array<unsigned char, 32>;

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

std::optional<std::string> from_base64(std::string_view text) {
  if (text.empty() || text.size() % 4 != 0) return std::nullopt;
  std::string bytes(text.size() / 4 * 3, '\0');
  const int length =
      EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                      reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()));
  if (length < 0) return std::nullopt;
  const std::size_t padding = text.size() - (text.find_last_not_of('=') + 1);
  bytes.resize(static_cast<std::size_t>(length) - padding);
  return bytes;
}

Mac hmac_sha256(std::string_view key, std::string_view content) {
  Mac mac{};
  unsigned length = 0;
  if (HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
           reinterpret_cast<const unsigned char*>(content.data()), content.size(), mac.data(), &length) == nullptr) {
    std::abort();  // no SHA-256 in this OpenSSL
  }
  return mac;
}

bool is_signature_of(std::string_view signature, const Mac& mac) {
  if (!signature.starts_with("v1,")) return false;
  const auto bytes = from_base64(signature.substr(3));
  return bytes && bytes->size() == mac.size() && CRYPTO_memcmp(bytes->data(), mac.data(), mac.size()) == 0;
}

bool any_matches(std::string_view signatures, const Mac& mac) {
  while (!signatures.empty()) {
    const auto blank = signatures.find(' ');
    if (is_signature_of(signatures.substr(0, blank), mac)) return true;
    if (blank == std::string_view::npos) return false;
    signatures.remove_prefix(blank + 1);
  }
  return false;
}

bool is_near(std::string_view timestamp, std::int64_t now_s) {
  std::int64_t sent_s = 0;
  const auto [end, error] = std::from_chars(timestamp.data(), timestamp.data() + timestamp.size(), sent_s);
  if (error != std::errc{} || end != timestamp.data() + timestamp.size() || sent_s < 0) return false;
  return sent_s >= now_s - tolerance_s && sent_s <= now_s + tolerance_s;
}

}  // namespace

std::optional<std::string> read_secret(std::string_view text) {
  text = trimmed(text);
  if (!text.starts_with("whsec_")) return std::nullopt;
  auto key = from_base64(text.substr(6));
  if (!key || key->size() < 24 || key->size() > 64) return std::nullopt;
  return key;
}

Verdict verify(std::string_view key, const SignedPost& post, std::int64_t now_s) {
  if (post.id.empty() || post.timestamp.empty() || post.signatures.empty()) return Verdict::missing_header;
  if (!is_near(post.timestamp, now_s)) return Verdict::bad_timestamp;
  std::string content;
  content.reserve(post.id.size() + post.timestamp.size() + post.body.size() + 2);
  content.append(post.id).append(".").append(post.timestamp).append(".").append(post.body);
  return any_matches(post.signatures, hmac_sha256(key, content)) ? Verdict::good : Verdict::bad_signature;
}

}  // namespace chargehook::simulators
