#include "mqtt/text_template.hpp"

#include <algorithm>

namespace chargehook::mqtt {

model::Result<TextTemplate> TextTemplate::parse(std::string_view text, std::span<const std::string> captures) {
  TextTemplate out;
  while (!text.empty()) {
    const std::size_t open = text.find('<');
    Part part{std::string(text.substr(0, open)), npos};
    text.remove_prefix(open == text.npos ? text.size() : open + 1);
    if (open != text.npos) {
      const std::size_t close = text.find('>');
      if (close == text.npos) return model::Error{"template", "a < without >"};
      const std::string_view name = text.substr(0, close);
      const auto found = std::ranges::find(captures, name);
      if (found == captures.end()) {
        return model::Error{"template", "<" + std::string(name) + "> is not in the topic"};
      }
      part.capture = static_cast<std::size_t>(found - captures.begin());
      text.remove_prefix(close + 1);
    }
    out.parts_.push_back(std::move(part));
  }
  return out;
}

std::string TextTemplate::fill(std::span<const std::string_view> values) const {
  std::string out;
  for (const Part& part : parts_) {
    out += part.text;
    if (part.capture != npos) out += values[part.capture];
  }
  return out;
}

}  // namespace chargehook::mqtt
