#include "delivery/retry_schedule.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <optional>

#include "delivery/http_date.hpp"

using chargehook::delivery::parse_http_date;
using chargehook::delivery::parse_retry_after;
using chargehook::delivery::Random;
using chargehook::delivery::retry_delay;
using chargehook::delivery::RetryConfig;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

struct RetryAfter {
  const char* value;
  const char* date;
  std::optional<int> seconds;
};

constexpr const char* noon = "Tue, 24 Nov 2026 12:00:00 GMT";

}  // namespace

TEST_CASE("delays lie between the first and a doubling ceiling, and use all of that room") {
  const RetryConfig config{milliseconds{1000}, milliseconds{60'000}};
  Random random{1};
  for (int failures = 1; failures <= 12; ++failures) {
    CAPTURE(failures);
    const auto top = std::min(milliseconds{1000} * (1 << failures), milliseconds{60'000});
    milliseconds least = top, most{0};
    for (int i = 0; i < 2000; ++i) {
      const auto delay = retry_delay(config, failures, std::nullopt, random);
      CHECK_UNARY(delay >= config.first && delay <= top);
      least = std::min(least, delay);
      most = std::max(most, delay);
    }
    const auto tenth = (top - config.first) / 10;
    CHECK(least <= config.first + tenth);
    CHECK(most >= top - tenth);
  }
}

TEST_CASE("no number of failures overflows, and odd limits do not matter") {
  Random random{2};
  CHECK(retry_delay({milliseconds{1000}, milliseconds{300'000}}, 2'000'000'000, std::nullopt, random) <=
        milliseconds{300'000});
  CHECK(retry_delay({milliseconds{5000}, milliseconds{1000}}, 3, std::nullopt, random) == milliseconds{1000});
  CHECK(retry_delay({milliseconds{0}, milliseconds{0}}, 3, std::nullopt, random) == milliseconds{0});
}

TEST_CASE("the receiver's wish is kept, up to a day, and spread a little") {
  const RetryConfig config{milliseconds{1000}, milliseconds{60'000}};
  Random random{3};
  for (int i = 0; i < 500; ++i) {
    const auto wished = retry_delay(config, 1, seconds{120}, random);
    CHECK_UNARY(wished >= seconds{120} && wished <= seconds{121});
    const auto too_long = retry_delay(config, 1, seconds{900'000}, random);
    CHECK_UNARY(too_long >= seconds{86'400} && too_long <= seconds{86'401});
    CHECK(retry_delay(config, 1, seconds{0}, random) >= seconds{1});
  }
}

TEST_CASE("the same seed gives the same delays") {
  Random a{9}, b{9};
  for (int i = 1; i < 50; ++i)
    CHECK(retry_delay({}, i % 9, std::nullopt, a) == retry_delay({}, i % 9, std::nullopt, b));
}

TEST_CASE("Retry-After is seconds or one of three dates held against the answer's own") {
  constexpr std::array<RetryAfter, 24> cases{{
      {"0", "", 0},
      {"120", "", 120},
      {" 120\t", "", 120},
      {"Tue, 24 Nov 2026 12:01:30 GMT", noon, 90},
      {"Tuesday, 24-Nov-26 12:01:30 GMT", noon, 90},
      {"Tue Nov 24 12:01:30 2026", noon, 90},
      {"Tue Dec  1 12:00:00 2026", noon, 7 * 86'400},
      {"Tue, 24 Nov 2026 12:01:30 GMT", "Tuesday, 24-Nov-26 12:00:00 GMT", 90},
      {"Tue, 24 Nov 2026 12:01:30 GMT", "Tue Nov 24 12:00:00 2026", 90},
      {"Tue, 24 Nov 2026 11:00:00 GMT", noon, 0},
      {"Tue, 24 Nov 2026 12:00:60 GMT", noon, 60},
      {"Tue, 24 Nov 2026 12:01:30 GMT", "", std::nullopt},
      {"Tue, 24 Nov 2026 12:01:30 GMT", "yesterday", std::nullopt},
      {"", noon, std::nullopt},
      {"-1", noon, std::nullopt},
      {"+1", noon, std::nullopt},
      {"1.5", noon, std::nullopt},
      {"10 s", noon, std::nullopt},
      {"Tue, 31 Nov 2026 12:00:00 GMT", noon, std::nullopt},
      {"Tue, 24 Nov 2026 24:00:00 GMT", noon, std::nullopt},
      {"Tue, 24 Nov 2026 12:01:30", noon, std::nullopt},
      {"Tue, 24 Nov 2026 12:01:30 CET", noon, std::nullopt},
      {"Tue, 24 nov 2026 12:01:30 GMT", noon, std::nullopt},
      {"Tue, 24 Nov 2026 12:01:30 GMT!", noon, std::nullopt},
  }};
  for (const auto& c : cases) {
    CAPTURE(c.value);
    CAPTURE(c.date);
    const auto parsed = parse_retry_after(c.value, c.date);
    REQUIRE(parsed.has_value() == c.seconds.has_value());
    if (parsed) CHECK(parsed->count() == *c.seconds);
  }
  CHECK(parse_retry_after("99999999999999999999999", "").value() > seconds{86'400});
}

TEST_CASE("the example of RFC 9110 is the same moment in all three forms") {
  const auto expected = std::chrono::sys_seconds{seconds{784'111'777}};
  CHECK(parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT") == expected);
  CHECK(parse_http_date("Sunday, 06-Nov-94 08:49:37 GMT") == expected);
  CHECK(parse_http_date("Sun Nov  6 08:49:37 1994") == expected);
  CHECK_FALSE(parse_http_date("Sun Nov 6 08:49:37 1994"));
}
