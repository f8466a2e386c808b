#include "model/clock.hpp"

#include <doctest/doctest.h>

using namespace chargehook::model;
using namespace std::chrono_literals;

TEST_CASE("a wall time is written as RFC 3339 with milliseconds and read back") {
  const WallTime time = std::chrono::sys_days{std::chrono::year{2026} / 11 / 24} + 6h + 12min + 9s + 120ms;
  CHECK(to_rfc3339(time) == "2026-11-24T06:12:09.120Z");
  CHECK(parse_rfc3339("2026-11-24T06:12:09.120Z") == time);
}

TEST_CASE("every form of RFC 3339 gives the same moment") {
  const WallTime time = std::chrono::sys_days{std::chrono::year{2026} / 11 / 24} + 6h + 12min + 9s;
  for (const char* text :
       {"2026-11-24T06:12:09Z", "2026-11-24t06:12:09z", "2026-11-24 06:12:09Z", "2026-11-24T07:12:09+01:00",
        "2026-11-24T00:42:09-05:30", "2026-11-24T06:12:09.000000000Z"}) {
    CAPTURE(text);
    CHECK(parse_rfc3339(text) == time);
  }
}

TEST_CASE("what is not a time is none, and not some other moment") {
  for (const char* text :
       {"", "2026-11-24", "2026-11-24T06:12:09", "2026-13-24T06:12:09Z", "2026-02-30T06:12:09Z", "2026-11-24T24:00:00Z",
        "2026-11-24T06:60:09Z", "2026-11-24T06:12:09.Z", "2026-11-24T06:12:09.1234567890Z", "2026-11-24T06:12:09+24:00",
        "2026-11-24T06:12:09Z ", "26-11-24T06:12:09Z", "2026-11-24T06:12:09+0100", "1500-01-01T00:00:00Z",
        "9999-01-01T00:00:00Z"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_rfc3339(text).has_value());
  }
}

TEST_CASE("a leap second is the last second of its minute") {
  CHECK(parse_rfc3339("2016-12-31T23:59:60Z") == parse_rfc3339("2016-12-31T23:59:59Z"));
}

TEST_CASE("a clock that starts in 1970 is written as such") {
  CHECK(to_rfc3339(WallTime{}) == "1970-01-01T00:00:00.000Z");
}
