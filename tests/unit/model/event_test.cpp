#include "model/event.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "model/event_id.hpp"
#include "model/json_text.hpp"

using namespace chargehook::model;

TEST_CASE("the device of a subject is its first two segments") {
  CHECK(device_of("charger/CP-07/evse/1") == "charger/CP-07");
  CHECK(device_of("charger/CP-07") == "charger/CP-07");
  CHECK(device_of("gateway") == "gateway");
  CHECK(device_of("") == "");
}

TEST_CASE("names of classes and severities are read back") {
  for (const auto name : {"billing", "safety", "state", "telemetry"})
    CHECK(to_string(*parse_event_class(name)) == name);
  for (const auto name : {"info", "low", "medium", "high", "critical"}) CHECK(to_string(*parse_severity(name)) == name);
  CHECK_FALSE(parse_severity("High").has_value());
}

TEST_CASE("the parts of a natural key are told apart") {
  CHECK(make_id("evt_", {"a", "bc"}) != make_id("evt_", {"ab", "c"}));
  CHECK(make_id("evt_", {"a", ""}) != make_id("evt_", {"a"}));
  CHECK(make_id("evt_", {"depot", "x"}) == make_id("evt_", {"depot", "x"}));
}

TEST_CASE("an id is its prefix and 26 characters of Crockford's base32") {
  const auto id = make_id("evt_", {"depot-nord", "ingest", "PSP-1"});
  CHECK(id.size() == 30);
  CHECK(id.find_first_not_of("0123456789abcdefghjkmnpqrstvwxyz", 4) == std::string::npos);
}

TEST_CASE("base32 and hex of known bytes") {
  const std::array<std::uint8_t, 5> bytes{0x00, 0x44, 0x32, 0x14, 0xC7};
  CHECK(base32(bytes) == "01234567");
  CHECK(hex(bytes) == "00443214c7");
  CHECK(hex(std::uint64_t{0x5EED}) == "0000000000005eed");
}

TEST_CASE("a JSON string escapes what must be escaped and mends what is not UTF-8") {
  const auto written = [](std::string_view text) {
    std::string out;
    append_json_string(out, text);
    return out;
  };
  CHECK(written("plain") == "\"plain\"");
  CHECK(written("a\"b\\c") == R"("a\"b\\c")");
  CHECK(written(std::string_view{"\x00\x1f\n\t", 4}) == R"("\u0000\u001f\n\t")");
  CHECK(written("Zoë €") == "\"Zoë €\"");
  CHECK(written("\xff") == "\"\xEF\xBF\xBD\"");
  CHECK(written("\xC0\x80") == "\"\xEF\xBF\xBD\xEF\xBF\xBD\"");  // overlong
  CHECK(written("\xED\xA0\x80").size() == 2 + 9);                // a surrogate half
  CHECK(written("\xE2\x82") == "\"\xEF\xBF\xBD\xEF\xBF\xBD\"");  // cut short
}

TEST_CASE("an object is written in the order of the calls, numbers exactly") {
  std::string out;
  JsonObject{out}
      .add("a", std::int64_t{-5})
      .add("b", 0.1)
      .add("c", true)
      .add_null("d")
      .add_json("e", "[1]")
      .add("f", NAN)
      .end();
  CHECK(out == R"({"a":-5,"b":0.1,"c":true,"d":null,"e":[1],"f":null})");
}
