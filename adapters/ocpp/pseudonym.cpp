#include "ocpp/pseudonym.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <cstdint>
#include <span>

#include "model/event_id.hpp"
#include "model/result.hpp"

namespace chargehook::ocpp {

std::string pseudonym(std::string_view persons_key, std::string_view card_number) {
  if (card_number.empty()) return {};
  std::string upper{card_number};
  for (char& c : upper) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  std::array<std::uint8_t, 32> digest{};
  unsigned size = 0;
  const auto* bytes = reinterpret_cast<const unsigned char*>(upper.data());
  const bool made = HMAC(EVP_sha256(), persons_key.data(), static_cast<int>(persons_key.size()), bytes, upper.size(),
                         digest.data(), &size) != nullptr;
  CHARGEHOOK_ASSERT(made && size == digest.size());
  return "psn_" + model::base32(std::span{digest}.first(16));
}

}  // namespace chargehook::ocpp
