#include "api/apply_json.hpp"

#include <doctest/doctest.h>

namespace chargehook::api {
namespace {

std::string repeated(std::string_view text, int count) {
  std::string out;
  for (int i = 0; i < count; ++i) out += text;
  return out;
}

TEST_CASE("who applies is read from the body, and an empty body is somebody") {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"", "somebody"},
      {R"({"applied_by":"anna"})", "anna"},
      {R"({"applied_by":""})", ""},
      {R"({"x":[1,2],"applied_by":"Zoë"})", "Zoë"},
      {R"({"applied_by":")" + std::string(200, 'a') + "\"}", std::string(64, 'a')},
  };
  for (const auto& [body, name] : cases) {
    CAPTURE(body);
    const auto read = read_applied_by(body);
    REQUIRE(read.has_value());
    CHECK(read.value() == name);
  }
}

TEST_CASE("a body of any other form is refused") {
  const std::string deep = R"({"applied_by":)" + std::string(30'000, '[') + std::string(30'000, ']') + "}";
  for (const std::string& body :
       {std::string{"{"}, std::string{"null"}, std::string{"[]"}, std::string{"\"anna\""}, std::string{"{}"},
        std::string{R"({"applied_by":7})"}, std::string{R"({"applied_by":null})"},
        std::string{R"({"applied_by":"a"}x)"}, std::string{"{\"applied_by\":\"\xff\"}"}, deep, repeated("[", 60'000),
        repeated(R"({"a":)", 12'000)}) {
    CAPTURE(body.substr(0, 40));
    const auto read = read_applied_by(body);
    REQUIRE(read.has_error());
    CHECK(read.error().code == "json");
  }
}

TEST_CASE("what became of a configuration comes back as it was written") {
  for (const core::Applied& applied :
       {core::Applied{true, {"endpoint billing added", "site.currency none → EUR"}}, core::Applied{false, {}},
        core::Applied{false, {"site.yaml:2:3: error: \"x\" is no key\n", std::string{"\0\x01", 2}}}}) {
    const auto read = read_applied(applied_json(applied));
    REQUIRE(read.has_value());
    CHECK(read.value().accepted == applied.accepted);
    CHECK(read.value().lines == applied.lines);
  }
}

TEST_CASE("bytes that are no text do not break the answer") {
  const auto read = read_applied(applied_json({false, {"caf\xe9"}}));
  REQUIRE(read.has_value());
  CHECK(read.value().lines == std::vector<std::string>{"caf\xEF\xBF\xBD"});
}

TEST_CASE("an answer that is not of this form is an error, not an empty success") {
  for (const char* body : {"", "{}", "[]", R"({"accepted":true})", R"({"lines":[]})", R"({"accepted":1,"lines":[]})",
                           R"({"accepted":true,"lines":{}})", R"({"error":{"code":"json","message":"x"}})"}) {
    CAPTURE(body);
    const auto read = read_applied(body);
    REQUIRE(read.has_error());
    CHECK(read.error().code == "json");
  }
}

TEST_CASE("an error says its code and its words") {
  CHECK(error_json("target", "no \"such\" path") == R"({"error":{"code":"target","message":"no \"such\" path"}})");
}

}  // namespace
}  // namespace chargehook::api
