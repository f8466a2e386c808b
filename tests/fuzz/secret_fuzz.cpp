/// Any text as a signing secret: refused, or a key of 24 to 64 bytes that encodes to what was written.
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "delivery/base64.hpp"
#include "delivery/signature.hpp"
#include "model/result.hpp"

namespace delivery = chargehook::delivery;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  const auto key = delivery::decode_secret(text);
  if (key.has_error()) {
    CHARGEHOOK_ASSERT(key.error().code == "secret");
    return 0;
  }
  const std::string& bytes = key.value();
  CHARGEHOOK_ASSERT(bytes.size() >= 24 && bytes.size() <= 64);
  std::string again = "whsec_";
  delivery::append_base64(again, {reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
  CHARGEHOOK_ASSERT(text.find(again) != std::string_view::npos);
  delivery::Signer signer{bytes};
  CHARGEHOOK_ASSERT(signer.sign("evt_1", 1, text).size() == 47);
  return 0;
}
