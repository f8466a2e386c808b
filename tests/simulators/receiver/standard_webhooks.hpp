/// Standard Webhooks v1 as a receiver checks it, written apart from the gateway so that one can prove the other.
/// Pure; any thread. Source: Standard Webhooks specification, "Verifying signatures".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "receiver/verdict.hpp"

namespace chargehook::simulators {

/// The furthest that webhook-timestamp may be from now, either way.
inline constexpr std::int64_t tolerance_s = 300;

/// The three headers as sent (empty: absent) and the exact bytes of the body.
struct SignedPost {
  std::string_view id;
  std::string_view timestamp;
  std::string_view signatures;  ///< "v1,<base64>", several with blanks between
  std::string_view body;
};

/// @param text "whsec_" and base64 of 24 to 64 bytes; blanks around it are ignored
/// @return the key's bytes; nothing if it is no such secret
[[nodiscard]] std::optional<std::string> read_secret(std::string_view text);

/// @param now_s Unix seconds
/// @return good, missing_header, bad_timestamp or bad_signature
[[nodiscard]] Verdict verify(std::string_view key, const SignedPost& post, std::int64_t now_s);

}  // namespace chargehook::simulators
