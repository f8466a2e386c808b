#include "delivery/outcome.hpp"

#include <doctest/doctest.h>

#include <array>
#include <string>

namespace chargehook::delivery {
namespace {

struct Case {
  Phase phase;
  int status;
  OutcomeKind kind;
  const char* reason;
};

constexpr auto delivered = OutcomeKind::delivered;
constexpr auto no_link = OutcomeKind::link;
constexpr auto endpoint = OutcomeKind::endpoint;
constexpr auto payload = OutcomeKind::payload;

}  // namespace

TEST_CASE("what an attempt came to") {
  constexpr std::array<Case, 37> cases{{
      {Phase::resolve, 0, no_link, "resolve: gone"},
      {Phase::connect, 0, no_link, "connect: gone"},
      {Phase::tls, 0, endpoint, "tls: gone"},
      {Phase::write, 0, endpoint, "write: gone"},
      {Phase::read, 0, endpoint, "read: gone"},
      {Phase::read, 200, endpoint, "read: gone"},
      {Phase::answered, 200, delivered, "200"},
      {Phase::answered, 201, delivered, "201"},
      {Phase::answered, 204, delivered, "204"},
      {Phase::answered, 299, delivered, "299"},
      {Phase::answered, 0, endpoint, "0"},
      {Phase::answered, 100, endpoint, "100"},
      {Phase::answered, 199, endpoint, "199"},
      {Phase::answered, 300, endpoint, "300"},
      {Phase::answered, 301, endpoint, "301 Moved Permanently"},
      {Phase::answered, 307, endpoint, "307 Temporary Redirect"},
      {Phase::answered, 400, payload, "400 Bad Request"},
      {Phase::answered, 401, endpoint, "401 Unauthorized"},
      {Phase::answered, 403, endpoint, "403 Forbidden"},
      {Phase::answered, 404, endpoint, "404 Not Found"},
      {Phase::answered, 405, endpoint, "405 Method Not Allowed"},
      {Phase::answered, 408, endpoint, "408 Request Timeout"},
      {Phase::answered, 409, payload, "409 Conflict"},
      {Phase::answered, 410, endpoint, "410 Gone"},
      {Phase::answered, 413, payload, "413 Content Too Large"},
      {Phase::answered, 415, payload, "415 Unsupported Media Type"},
      {Phase::answered, 418, endpoint, "418"},
      {Phase::answered, 422, payload, "422 Unprocessable Content"},
      {Phase::answered, 425, endpoint, "425 Too Early"},
      {Phase::answered, 429, endpoint, "429 Too Many Requests"},
      {Phase::answered, 500, endpoint, "500 Internal Server Error"},
      {Phase::answered, 502, endpoint, "502 Bad Gateway"},
      {Phase::answered, 503, endpoint, "503 Service Unavailable"},
      {Phase::answered, 504, endpoint, "504 Gateway Timeout"},
      {Phase::answered, 507, endpoint, "507 Insufficient Storage"},
      {Phase::answered, 599, endpoint, "599"},
      {Phase::answered, -1, endpoint, "-1"},
  }};
  for (const auto& c : cases) {
    CAPTURE(c.reason);
    AttemptResult result;
    result.phase = c.phase;
    result.status = c.status;
    result.reason = "gone";
    const auto outcome = judge(result);
    CHECK(outcome.kind == c.kind);
    CHECK(outcome.reason == c.reason);
    CHECK_FALSE(outcome.retry_after);
  }
}

TEST_CASE("a failure without words still says where it was") {
  AttemptResult result;
  result.phase = Phase::connect;
  CHECK(judge(result).reason == "connect: failed");
  result.error = 111;
  CHECK(judge(result).reason == "connect: error 111");
}

TEST_CASE("Retry-After counts on every answer that is no success") {
  AttemptResult result;
  result.phase = Phase::answered;
  result.retry_after = "Tue, 24 Nov 2026 12:00:30 GMT";
  result.date = "Tue, 24 Nov 2026 12:00:00 GMT";
  for (const int status : {301, 400, 404, 429, 503}) {
    result.status = status;
    CHECK(judge(result).retry_after == std::chrono::seconds{30});
  }
  result.status = 200;
  CHECK_FALSE(judge(result).retry_after);
  result.status = 503;
  result.date.clear();
  CHECK_FALSE(judge(result).retry_after);
}

TEST_CASE("the Host header names the port only where it is not the scheme's own") {
  CHECK(HttpUrl{true, "example.com", 443, "/"}.authority() == "example.com");
  CHECK(HttpUrl{true, "example.com", 80, "/"}.authority() == "example.com:80");
  CHECK(HttpUrl{false, "example.com", 80, "/"}.authority() == "example.com");
  CHECK(HttpUrl{false, "2001:db8::1", 8080, "/"}.authority() == "[2001:db8::1]:8080");
}

}  // namespace chargehook::delivery
