/// One payload as JSON, looked into by pointer. Only json_document.cpp knows the parser. One thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

#include "model/result.hpp"
#include "mqtt/json_path.hpp"

namespace chargehook::mqtt {

inline constexpr std::size_t payload_bytes_max = 64 * 1024;
inline constexpr int payload_depth_max = 32;

struct Absent {
  bool operator==(const Absent&) const = default;
};
/// An object or an array.
struct Nested {
  bool operator==(const Nested&) const = default;
};
/// Whole numbers that fit are std::int64_t, all others double.
using JsonValue = std::variant<Absent, std::nullptr_t, bool, std::int64_t, double, std::string, Nested>;

class JsonDocument {
 public:
  JsonDocument();
  ~JsonDocument();
  JsonDocument(JsonDocument&&) noexcept;
  JsonDocument& operator=(JsonDocument&&) noexcept;

  /// @param text any bytes; not needed after the call
  /// Errors "size", "json": not one JSON value in UTF-8, deeper than payload_depth_max, a key twice in one object.
  [[nodiscard]] model::Result<void> parse(std::string_view text);

  // After a good parse:
  [[nodiscard]] JsonValue at(const JsonPath& path) const;
  [[nodiscard]] std::string text_at(const JsonPath& path) const;  ///< as JSON without blanks; "null" if absent

 private:
  struct Parsed;
  std::unique_ptr<Parsed> parsed_;
};

}  // namespace chargehook::mqtt
