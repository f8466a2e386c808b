/// Texts with captures in them: "terminal/<terminal>". Pure; any thread.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/result.hpp"

namespace chargehook::mqtt {

class TextTemplate {
 public:
  TextTemplate() = default;

  /// @param captures the names that may stand between < and >
  /// Error "template": a < without >, or a name that is no capture.
  [[nodiscard]] static model::Result<TextTemplate> parse(std::string_view text, std::span<const std::string> captures);

  /// @param values of the captures, in the order of their names
  [[nodiscard]] std::string fill(std::span<const std::string_view> values) const;

  [[nodiscard]] bool is_empty() const { return parts_.empty(); }
  bool operator==(const TextTemplate&) const = default;

 private:
  struct Part {
    std::string text;            ///< before the capture
    std::size_t capture = npos;  ///< npos: none follows
    bool operator==(const Part&) const = default;
  };
  static constexpr std::size_t npos = static_cast<std::size_t>(-1);

  std::vector<Part> parts_;
};

}  // namespace chargehook::mqtt
