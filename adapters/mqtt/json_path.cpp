#include "mqtt/json_path.hpp"

#include <algorithm>

namespace chargehook::mqtt {

model::Result<JsonPath> JsonPath::parse(std::string_view text) {
  JsonPath out;
  if (text == "payload") return out;
  if (text.size() < 2 || text.front() != '/') {
    return model::Error{"pointer", "a value is pointed at with /name, or is the whole `payload`"};
  }
  for (std::size_t tilde = text.find('~'); tilde != text.npos; tilde = text.find('~', tilde + 1)) {
    if (tilde + 1 == text.size() || (text[tilde + 1] != '0' && text[tilde + 1] != '1')) {
      return model::Error{"pointer", "in a pointer ~ is written ~0, and / inside a name ~1"};
    }
  }
  if (std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20; })) {
    return model::Error{"pointer", "a pointer has no control characters"};
  }
  out.pointer_ = text;
  return out;
}

}  // namespace chargehook::mqtt
