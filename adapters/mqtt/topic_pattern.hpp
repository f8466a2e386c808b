/// Topics as the configuration writes them: "depot/<charger>/telemetry". Pure; any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/result.hpp"

namespace chargehook::mqtt {

/// The longest id that a capture takes. Source: OCPP 2.0.1 Part 4 §3.1.1, identity of a charging station.
inline constexpr std::size_t capture_bytes_max = 48;

/// Whether a text can be the id of a device: 1 to 48 of the characters of OCPP's identifierString.
[[nodiscard]] bool is_device_id(std::string_view text);

class TopicPattern {
 public:
  TopicPattern() = default;

  /// Error "topic": empty, longer than 256 bytes, wildcards, a capture that is not one whole level, a name that is not
  /// [a-z0-9-] or there twice, control characters.
  [[nodiscard]] static model::Result<TopicPattern> parse(std::string_view text);

  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] std::string filter() const;  ///< what to subscribe to: "depot/+/telemetry"
  [[nodiscard]] const std::vector<std::string>& captures() const { return captures_; }

  /// Values of the captures, views into `topic`; nothing if it does not match, or if a value is no device id.
  [[nodiscard]] std::optional<std::vector<std::string_view>> match(std::string_view topic) const;

  /// Whether some topic matches both.
  [[nodiscard]] bool overlaps(const TopicPattern& other) const;

  bool operator==(const TopicPattern&) const = default;

 private:
  struct Level {
    std::string text;
    bool is_capture = false;
    bool operator==(const Level&) const = default;
  };

  std::string text_;
  std::vector<Level> levels_;
  std::vector<std::string> captures_;
};

}  // namespace chargehook::mqtt
