#include "mqtt/json_document.hpp"

#include <simdjson.h>

#include <algorithm>
#include <optional>
#include <vector>

namespace chargehook::mqtt {

namespace dom = simdjson::dom;

struct JsonDocument::Parsed {
  dom::parser parser;
  dom::element root;
};

namespace {

model::Error wrong(std::string message) { return {"json", std::move(message)}; }

model::Result<void> check(dom::element element, int depth);

model::Result<void> check_keys(dom::object object, int depth) {
  std::vector<std::string_view> keys;
  for (const dom::key_value_pair member : object) {
    keys.push_back(member.key);
    BOOST_OUTCOME_TRY(check(member.value, depth + 1));
  }
  std::ranges::sort(keys);
  if (std::ranges::adjacent_find(keys) != keys.end()) return wrong("the payload has a key twice in one object");
  return model::success();
}

model::Result<void> check(dom::element element, int depth) {
  if (depth > payload_depth_max) return wrong("the payload is nested too deep");
  dom::object object;
  if (element.get(object) == simdjson::SUCCESS) return check_keys(object, depth);
  dom::array array;
  if (element.get(array) != simdjson::SUCCESS) return model::success();
  for (const dom::element item : array) {
    BOOST_OUTCOME_TRY(check(item, depth + 1));
  }
  return model::success();
}

std::optional<dom::element> find(dom::element root, const JsonPath& path) {
  dom::element found;
  if (path.pointer().empty()) return root;
  if (root.at_pointer(path.pointer()).get(found) != simdjson::SUCCESS) return std::nullopt;
  return found;
}

/// Of an element whose type is known to be this one.
template <class T>
T value_as(dom::element element) {
  T value{};
  CHARGEHOOK_ASSERT(element.get(value) == simdjson::SUCCESS);
  return value;
}

JsonValue number_value(dom::element element) {
  std::int64_t whole = 0;
  if (element.type() == dom::element_type::INT64 && element.get(whole) == simdjson::SUCCESS) return whole;
  double number = 0;
  if (element.get(number) == simdjson::SUCCESS) return number;
  return Absent{};
}

}  // namespace

JsonDocument::JsonDocument() : parsed_(std::make_unique<Parsed>()) {}
JsonDocument::~JsonDocument() = default;
JsonDocument::JsonDocument(JsonDocument&&) noexcept = default;
JsonDocument& JsonDocument::operator=(JsonDocument&&) noexcept = default;

model::Result<void> JsonDocument::parse(std::string_view text) {
  if (text.size() > payload_bytes_max) {
    return model::Error{"size", "the payload has " + std::to_string(text.size()) + " bytes; at most " +
                                    std::to_string(payload_bytes_max) + " are read"};
  }
  if (text.empty()) return wrong("the payload is empty");  // and may be a null pointer, which the parser copies from
  if (parsed_->parser.parse(text.data(), text.size()).get(parsed_->root) != simdjson::SUCCESS) {
    return wrong("the payload is not one JSON value");
  }
  return check(parsed_->root, 0);
}

JsonValue JsonDocument::at(const JsonPath& path) const {
  const auto found = find(parsed_->root, path);
  if (!found) return Absent{};
  switch (found->type()) {
    case dom::element_type::NULL_VALUE:
      return nullptr;
    case dom::element_type::BOOL:
      return value_as<bool>(*found);
    case dom::element_type::STRING:
      return std::string(value_as<std::string_view>(*found));
    case dom::element_type::INT64:
    case dom::element_type::UINT64:
    case dom::element_type::DOUBLE:
      return number_value(*found);
    case dom::element_type::ARRAY:
    case dom::element_type::OBJECT:
      return Nested{};
  }
  return Absent{};
}

std::string JsonDocument::text_at(const JsonPath& path) const {
  const auto found = find(parsed_->root, path);
  return found ? simdjson::minify(*found) : "null";
}

}  // namespace chargehook::mqtt
