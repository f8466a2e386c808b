#include "model/json_scan.hpp"

#include <doctest/doctest.h>

#include <string>

namespace chargehook::model {

TEST_CASE("members are given as they stand in the text, whatever lies within them") {
  const std::string text = R"( {"a":1 , "b\"}" : "x,\\\"}" ,"c":{"d":[{},"]"]},"e":[1,{"f":2}],"g":null } )";
  const auto members = scan_object(text);
  REQUIRE(members);
  REQUIRE(members->size() == 5);
  const auto has = [&](std::size_t i, std::string_view key, std::string_view value) {
    return (*members)[i].key == key && (*members)[i].value == value;
  };
  CHECK(has(0, "a", "1"));
  CHECK(has(1, R"(b\"})", R"("x,\\\"}")"));
  CHECK(has(2, "c", R"({"d":[{},"]"]})"));
  CHECK(has(3, "e", R"([1,{"f":2}])"));
  CHECK(has(4, "g", "null"));
}

TEST_CASE("an object without members has none") { CHECK(scan_object("{ }")->empty()); }

TEST_CASE("what is not one object gives nothing") {
  for (const char* text :
       {"", " ", "1", "[]", "{", "}", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{\"a\":1}{", "{\"a\":\"1}",
        "{\"a\":{\"b\":1}", "{\"a\":1 2}", "{a:1}", "{\"a\":\"\\", "{\"a\":[\"}", "{\"a\":1]}"}) {
    CAPTURE(text);
    CHECK_FALSE(scan_object(text));
  }
}

TEST_CASE("every beginning of an object is safe to scan") {
  const std::string text = R"({"a\\":"\"","c":{"d":[{},"]"]}})";
  for (std::size_t size = 0; size < text.size(); ++size)
    CHECK_FALSE(scan_object(std::string_view{text}.substr(0, size)));
}

}  // namespace chargehook::model
