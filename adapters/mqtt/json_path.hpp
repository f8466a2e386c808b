/// Where a value stands in a payload: a JSON pointer, checked. Pure; any thread.
#pragma once

#include <string>
#include <string_view>

#include "model/result.hpp"

namespace chargehook::mqtt {

/// "/a/0/b", or the whole payload. Source: RFC 6901.
class JsonPath {
 public:
  JsonPath() = default;  ///< the whole payload

  /// `payload` is the whole of it; else a pointer that begins with '/'. Error "pointer".
  [[nodiscard]] static model::Result<JsonPath> parse(std::string_view text);

  [[nodiscard]] const std::string& pointer() const { return pointer_; }  ///< empty: the whole payload
  bool operator==(const JsonPath&) const = default;

 private:
  std::string pointer_;
};

}  // namespace chargehook::mqtt
