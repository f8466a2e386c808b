#include "ingest/json_members.hpp"

#include <simdjson.h>

#include <algorithm>

namespace chargehook::ingest {
namespace {

namespace dom = simdjson::dom;

model::Error json_error(std::string what) { return {"json", "the body must be one JSON object: " + std::move(what)}; }

/// Later releases have an error of its own for an integer beyond 64 bits, which the earlier ones do not know by name.
bool is_of_a_number(simdjson::error_code error) {
  return error == simdjson::NUMBER_ERROR ||
         std::string_view{simdjson::error_message(error)}.find("64 bits") != std::string_view::npos;
}

/// In our words: those of the library change from release to release.
std::string words_for(simdjson::error_code error) {
  if (is_of_a_number(error)) return "a number is malformed or beyond 64 bits";
  switch (error) {
    case simdjson::EMPTY:
      return "it is empty";
    case simdjson::DEPTH_ERROR:
      return "it is nested deeper than 64 levels";
    case simdjson::UTF8_ERROR:
      return "it is not UTF-8";
    case simdjson::STRING_ERROR:
    case simdjson::UNESCAPED_CHARS:
    case simdjson::UNCLOSED_STRING:
      return "a string is malformed or not closed";
    default:
      return "it is malformed";
  }
}

/// What is wrong below `element`, which lies in `depth` levels; empty if nothing is.
std::string find_fault(dom::element element, int depth);

std::string find_fault(dom::object object, int depth) {
  std::vector<std::string_view> keys;
  for (const auto field : object) {
    keys.push_back(field.key);
    if (auto fault = find_fault(field.value, depth); !fault.empty()) return fault;
  }
  std::ranges::sort(keys);
  if (std::ranges::adjacent_find(keys) == keys.end()) return {};
  return "it has a key twice in one object";
}

std::string find_fault(dom::element element, int depth) {
  const bool nests = element.is_object() || element.is_array();
  if (nests && depth == depth_max) return words_for(simdjson::DEPTH_ERROR);
  dom::object object;
  if (element.get(object) == simdjson::SUCCESS) return find_fault(object, depth + 1);
  dom::array array;
  if (element.get(array) != simdjson::SUCCESS) return {};
  for (const auto inner : array) {
    if (auto fault = find_fault(inner, depth + 1); !fault.empty()) return fault;
  }
  return {};
}

/// Walks over text that is known to be one valid object without blanks.
class MemberCursor {
 public:
  explicit MemberCursor(std::string_view object) : left_{object.substr(1)} {}

  /// The text of the next member's value.
  std::string_view next() {
    skip_string();
    left_.remove_prefix(1);  // the colon
    const auto value = left_.substr(0, value_length());
    left_.remove_prefix(value.size() + 1);  // the comma or the closing brace
    return value;
  }

 private:
  void skip_string() { left_.remove_prefix(string_length(left_)); }

  static std::size_t string_length(std::string_view text) {
    std::size_t at = 1;
    while (text[at] != '"') at += text[at] == '\\' ? 2 : 1;
    return at + 1;
  }

  [[nodiscard]] std::size_t value_length() const {
    int depth = 0;
    std::size_t at = 0;
    for (;;) {
      const char c = left_[at];
      if (depth == 0 && (c == ',' || c == '}')) return at;
      if (c == '{' || c == '[') ++depth;
      if (c == '}' || c == ']') --depth;
      at += c == '"' ? string_length(left_.substr(at)) : 1;
    }
  }

  std::string_view left_;
};

/// Numbers stay as written this way: a reader's own number formatting would turn 1.10 into 1.1.
std::string without_blanks(std::string_view json) {
  std::string out(json.size(), '\0');
  std::size_t size = 0;
  if (simdjson::minify(json.data(), json.size(), out.data(), size) != simdjson::SUCCESS) return {};
  out.resize(size);
  return out;
}

std::vector<Member> collect(dom::object object, std::string_view minified) {
  std::vector<Member> members;
  MemberCursor texts{minified};
  for (const auto field : object) {
    const auto text = texts.next();
    if (field.value.is_null()) continue;
    Member member{std::string{field.key}, MemberKind::other, {}};
    std::string_view string;
    if (field.value.get(string) == simdjson::SUCCESS) {
      member.kind = MemberKind::text;
      member.value = string;
    } else if (field.value.is_object()) {
      member.kind = MemberKind::object;
      member.value = text;
    }
    members.push_back(std::move(member));
  }
  return members;
}

/// One per thread, with its memory kept; the depth limit is above ours so that ours decides.
dom::parser& parser() {
  thread_local dom::parser instance = [] {
    dom::parser made;
    CHARGEHOOK_ASSERT(made.allocate(64 * 1024, depth_max + 8) == simdjson::SUCCESS);
    return made;
  }();
  return instance;
}

}  // namespace

model::Result<std::vector<Member>> read_members(std::string_view body) {
  dom::element root;
  if (const auto error = parser().parse(body.data(), body.size()).get(root)) return json_error(words_for(error));
  dom::object object;
  if (root.get(object) != simdjson::SUCCESS) return json_error("it is another JSON value");
  if (auto fault = find_fault(root, 0); !fault.empty()) return json_error(std::move(fault));
  const auto minified = without_blanks(body);
  if (minified.empty()) return json_error("it is malformed");
  return collect(object, minified);
}

}  // namespace chargehook::ingest
