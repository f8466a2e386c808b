/// Standard Webhooks v1: HMAC-SHA-256 over `id.timestamp.body`.
/// Source: Standard Webhooks specification, "Signature scheme".
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "model/result.hpp"

namespace chargehook::delivery {

/// Decodes `whsec_` + base64; blanks and line ends around the value are ignored.
/// @return "secret" if the prefix is missing, the base64 is bad or the key is not 24 … 64 bytes
[[nodiscard]] model::Result<std::string> decode_secret(std::string_view text);

/// An HMAC with its key set up once: a signature then costs a third of a one-shot call. One thread at a time.
class Signer {
 public:
  explicit Signer(std::string_view key);
  ~Signer();
  Signer(Signer&&) noexcept;
  Signer& operator=(Signer&&) noexcept;

  /// @return the value of the header webhook-signature: "v1," and base64
  [[nodiscard]] std::string sign(std::string_view id, std::int64_t timestamp_s, std::string_view body);

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

}  // namespace chargehook::delivery
