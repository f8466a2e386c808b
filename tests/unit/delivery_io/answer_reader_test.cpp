#include "delivery/io/answer_reader.hpp"

#include <doctest/doctest.h>

#include <vector>

namespace chargehook::delivery::io {
namespace {

using State = AnswerReader::State;

const std::string whole_answer =
    "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103\r\nLink: </a>\r\nRetry-After: 1\r\n\r\n"
    "HTTP/1.1 429 Too Many Requests\r\nretry-after: 7\r\nRetry-After: 8\r\nDate: Tue, 24 Nov 2026 06:12:09 GMT\r\n"
    "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;note=\"x\"\r\nde\r\n0\r\n\r\n";

void check_whole_answer(AnswerReader& reader) {
  CHECK(reader.answer().status == 429);
  CHECK(reader.answer().retry_after == "7");
  CHECK(reader.answer().date == "Tue, 24 Nov 2026 06:12:09 GMT");
  CHECK(reader.answer().body == "abcde");
  CHECK(reader.keeps_connection());
}

TEST_CASE("an answer means the same wherever it is cut") {
  for (std::size_t cut = 1; cut < whole_answer.size(); ++cut) {
    CAPTURE(cut);
    AnswerReader reader;
    REQUIRE(reader.take(whole_answer.substr(0, cut)) == State::more);
    REQUIRE(reader.take(whole_answer.substr(cut)) == State::whole);
    check_whole_answer(reader);
  }
}

TEST_CASE("an answer that comes byte by byte is read, and the next one after it") {
  AnswerReader reader;
  for (int round = 0; round < 2; ++round) {
    reader.begin();
    for (std::size_t i = 0; i + 1 < whole_answer.size(); ++i) {
      REQUIRE(reader.take(whole_answer.substr(i, 1)) == State::more);
    }
    REQUIRE(reader.take(whole_answer.substr(whole_answer.size() - 1)) == State::whole);
    check_whole_answer(reader);
  }
}

TEST_CASE("what is left of the connection after a whole answer") {
  struct Case {
    std::string answer;
    bool is_kept;
  };
  const std::vector<Case> cases{
      {"HTTP/1.1 204 No Content\r\n\r\n", true},
      {"HTTP/1.1 204\r\n\r\n", true},
      {"HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nok", true},
      {"HTTP/1.1 204 No Content\r\nConnection: x, CLOSE\r\n\r\n", false},
      {"HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n", false},
      {"HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 0\r\n\r\n", true},
      {"HTTP/1.1 101 Switching Protocols\r\n\r\n", false},
      {"HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n", false},
      {"HTTP/1.1 204 No Content\r\n\r\nbody", false},
      {"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nHTTP/1.1 200 OK\r\n", false},
  };
  for (const auto& expected : cases) {
    CAPTURE(expected.answer);
    AnswerReader reader;
    CHECK(reader.take(expected.answer) == State::whole);
    CHECK(reader.keeps_connection() == expected.is_kept);
  }
}

TEST_CASE("the end of the connection ends only a body that says no length") {
  struct Case {
    std::string bytes;
    State state;
  };
  const std::vector<Case> cases{
      {"", State::broken},
      {"HTTP/1.1 100 Continue\r\n\r\n", State::broken},
      {"HTTP/1.1 200 OK\r\nDate", State::broken},
      {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhalf", State::broken},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n", State::broken},
      {"HTTP/1.1 200 OK\r\n\r\nto the end", State::whole},
      {"HTTP/1.1 200 OK\r\n\r\n", State::whole},
  };
  for (const auto& expected : cases) {
    CAPTURE(expected.bytes);
    AnswerReader reader;
    if (!expected.bytes.empty()) REQUIRE(reader.take(expected.bytes) == State::more);
    CHECK(reader.take_end() == expected.state);
    if (expected.state == State::broken) {
      CHECK(reader.reason() == "the connection ended before the answer was complete");
    } else {
      CHECK_FALSE(reader.keeps_connection());
    }
  }
}

TEST_CASE("what is not HTTP is refused at once, in words") {
  const std::vector<std::string> lines{
      "220 mail.example.com ESMTP\r\n",
      "HTTP/2 200 OK\r\n\r\n",
      "HTTP/1.1 20 OK\r\n\r\n",
      "HTTP/1.1 200 OK\r\nbad name: x\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
  };
  for (const auto& line : lines) {
    CAPTURE(line);
    AnswerReader reader;
    CHECK(reader.take(line) == State::broken);
    CHECK(reader.reason().starts_with("the answer is not HTTP/1.1: "));
  }
}

TEST_CASE("a head or a chunk's line without an end is refused, not gathered") {
  const std::vector<std::string> beginnings{
      "HTTP/1.1 200 ", "HTTP/1.1 200 OK\r\nX-Long: ", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;note="};
  for (const auto& beginning : beginnings) {
    CAPTURE(beginning);
    AnswerReader reader;
    State state = reader.take(beginning);
    std::size_t fed = 0;
    for (; state == State::more && fed < 4 * answer_head_bytes_max; fed += 1000) {
      state = reader.take(std::string(1000, 'x'));
    }
    CHECK(state == State::broken);
    CHECK(fed <= answer_head_bytes_max + 1000);
  }
}

TEST_CASE("of a long body the beginning is kept, and no more is wanted") {
  const std::string large(answer_bytes_max + 1, 'x');
  for (const std::string framing :
       {"Content-Length: 65537\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\n10001\r\n", "\r\n"}) {
    CAPTURE(framing);
    AnswerReader reader;
    CHECK(reader.take("HTTP/1.1 200 OK\r\n" + framing + large) == State::whole);
    CHECK(reader.answer().body.size() == answer_bytes_max);
    CHECK_FALSE(reader.keeps_connection());
  }
}

}  // namespace
}  // namespace chargehook::delivery::io
