/// Card numbers never leave as they are: a keyed hash, one key per operator, so that the same card is the same
/// everywhere.
#pragma once

#include <string>
#include <string_view>

namespace chargehook::ocpp {

/// "psn_" and 26 characters of base32 over the first 16 bytes of HMAC-SHA-256(key, card number in upper case: card
/// numbers are compared without regard to case). Empty for an empty card number.
[[nodiscard]] std::string pseudonym(std::string_view persons_key, std::string_view card_number);

}  // namespace chargehook::ocpp
