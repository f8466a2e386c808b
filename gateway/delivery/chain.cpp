#include "delivery/chain.hpp"

#include <openssl/evp.h>

#include "model/event_id.hpp"
#include "model/result.hpp"

namespace chargehook::delivery {
namespace {

/// A SHA-256 that is set up once and used again: OpenSSL 3 spends more on finding the algorithm than on two blocks.
class Sha256 {
 public:
  Sha256() : algorithm_(EVP_MD_fetch(nullptr, "SHA256", nullptr)), context_(EVP_MD_CTX_new()) {
    CHARGEHOOK_ASSERT(algorithm_ != nullptr && context_ != nullptr);
  }
  ~Sha256() {
    EVP_MD_CTX_free(context_);
    EVP_MD_free(algorithm_);
  }
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;

  model::ChainHash operator()(std::string_view bytes) {
    CHARGEHOOK_ASSERT(EVP_DigestInit_ex2(context_, algorithm_, nullptr) == 1);
    CHARGEHOOK_ASSERT(EVP_DigestUpdate(context_, bytes.data(), bytes.size()) == 1);
    model::ChainHash hash{};
    CHARGEHOOK_ASSERT(EVP_DigestFinal_ex(context_, hash.data(), nullptr) == 1);
    return hash;
  }

 private:
  EVP_MD* algorithm_;
  EVP_MD_CTX* context_;
};

model::ChainHash sha256(std::string_view bytes) {
  thread_local Sha256 hasher;  // a cache without memory: every call starts afresh
  return hasher(bytes);
}

}  // namespace

std::string stream_name(std::uint64_t store_id, std::string_view endpoint, const model::StreamId& id) {
  std::string name = model::hex(store_id);
  name += '/';
  name += endpoint;
  name += '/';
  name += model::to_string(id.event_class);
  name += '/';
  name += std::to_string(id.generation);
  return name;
}

model::ChainHash chain_start(std::string_view stream) { return sha256(stream); }

model::ChainHash chain_next(const model::ChainHash& previous, std::uint64_t n, std::string_view event_id) {
  // One call over one piece: three updates cost more than copying 70 bytes.
  thread_local std::string bytes;
  bytes.assign(reinterpret_cast<const char*>(previous.data()), previous.size());
  for (int shift = 56; shift >= 0; shift -= 8) bytes += static_cast<char>((n >> shift) & 0xFFU);
  bytes += event_id;
  return sha256(bytes);
}

std::string chain_text(const model::ChainHash& hash) {
  constexpr std::string_view hex = "0123456789abcdef";
  std::string text(32, '0');  // written in place: two of these are in every delivery
  for (std::size_t i = 0; i < 16; ++i) {
    text[2 * i] = hex[hash[i] >> 4U];
    text[2 * i + 1] = hex[hash[i] & 15U];
  }
  return text;
}

}  // namespace chargehook::delivery
