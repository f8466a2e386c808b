/// Writes JSON text piece by piece, for the paths where building a tree first would be the largest cost.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace chargehook::model {

/// Appends `text` as a JSON string with its quotes. Bytes that are not UTF-8 become U+FFFD. Source: RFC 8259 §7.
void append_json_string(std::string& out, std::string_view text);

/// One JSON object being written, in the order of the calls: `JsonObject{out}.add("a", 1).add("b", "x").end()`.
/// Does not own `out`.
class JsonObject {
 public:
  explicit JsonObject(std::string& out) : out_(out) { out_ += '{'; }

  JsonObject& add(std::string_view key, std::string_view text);
  JsonObject& add(std::string_view key, const char* text) { return add(key, std::string_view{text}); }
  JsonObject& add(std::string_view key, std::int64_t number);
  JsonObject& add(std::string_view key, std::uint64_t number);
  JsonObject& add(std::string_view key, int number) { return add(key, std::int64_t{number}); }
  JsonObject& add(std::string_view key,
                  double number);  ///< shortest text that reads back the same; NaN and infinities: null
  JsonObject& add(std::string_view key, bool truth);
  JsonObject& add_null(std::string_view key);
  JsonObject& add_json(std::string_view key, std::string_view json);  ///< `json` is one JSON value already
  void end() { out_ += '}'; }

 private:
  void key(std::string_view name);

  std::string& out_;
  bool first_ = true;
};

}  // namespace chargehook::model
