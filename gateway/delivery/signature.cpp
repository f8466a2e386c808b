#include "delivery/signature.hpp"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <array>
#include <charconv>

#include "delivery/base64.hpp"

namespace chargehook::delivery {
namespace {

constexpr std::string_view secret_prefix = "whsec_";
constexpr std::size_t key_bytes_min = 24;
constexpr std::size_t key_bytes_max = 64;

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n";
  const auto first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

model::Error bad_secret(std::string message) { return {"secret", std::move(message)}; }

}  // namespace

model::Result<std::string> decode_secret(std::string_view text) {
  text = trimmed(text);
  if (!text.starts_with(secret_prefix)) return bad_secret("a signing secret begins with whsec_, this one does not");
  auto key = decode_base64(text.substr(secret_prefix.size()));
  if (!key) return bad_secret("what follows whsec_ is not base64 with padding");
  if (key->size() < key_bytes_min || key->size() > key_bytes_max) {
    return bad_secret("a signing key has 24 to 64 bytes, this one has " + std::to_string(key->size()));
  }
  return std::move(*key);
}

/// OpenSSL failing here means no memory or no HMAC in the library: nothing an input could cause.
struct Signer::Context {
  explicit Context(std::string_view key) {
    EVP_MAC* mac = EVP_MAC_fetch(nullptr, OSSL_MAC_NAME_HMAC, nullptr);
    CHARGEHOOK_ASSERT(mac != nullptr);
    handle = EVP_MAC_CTX_new(mac);
    EVP_MAC_free(mac);  // the context keeps its own reference
    CHARGEHOOK_ASSERT(handle != nullptr);
    std::array<char, 7> digest{"SHA256"};
    const std::array<OSSL_PARAM, 2> params{OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest.data(), 0),
                                           OSSL_PARAM_construct_end()};
    CHARGEHOOK_ASSERT(EVP_MAC_init(handle, bytes_of(key), key.size(), params.data()) == 1);
  }
  ~Context() { EVP_MAC_CTX_free(handle); }
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  void update(std::string_view text) { CHARGEHOOK_ASSERT(EVP_MAC_update(handle, bytes_of(text), text.size()) == 1); }

  EVP_MAC_CTX* handle = nullptr;
};

Signer::Signer(std::string_view key) : context_(std::make_unique<Context>(key)) {}
Signer::~Signer() = default;
Signer::Signer(Signer&&) noexcept = default;
Signer& Signer::operator=(Signer&&) noexcept = default;

std::string Signer::sign(std::string_view id, std::int64_t timestamp_s, std::string_view body) {
  // No key: starts over with the one that was set up, which saves hashing the two key blocks again.
  CHARGEHOOK_ASSERT(EVP_MAC_init(context_->handle, nullptr, 0, nullptr) == 1);
  std::array<char, 24> middle{'.'};
  char* end = std::to_chars(middle.data() + 1, middle.data() + middle.size() - 1, timestamp_s).ptr;
  *end++ = '.';
  context_->update(id);
  context_->update({middle.data(), static_cast<std::size_t>(end - middle.data())});
  context_->update(body);
  std::array<std::uint8_t, 32> mac{};
  std::size_t size = 0;
  CHARGEHOOK_ASSERT(EVP_MAC_final(context_->handle, mac.data(), &size, mac.size()) == 1 && size == mac.size());
  std::string header = "v1,";
  header.reserve(3 + 44);
  append_base64(header, mac);
  return header;
}

}  // namespace chargehook::delivery
