#include "http/io/unix_client.hpp"

#include <doctest/doctest.h>
#include <poll.h>

#include <thread>

#include "fakes/longest_wait.hpp"
#include "http/io/unix_socket.hpp"
#include "raw_client.hpp"

namespace chargehook::http::io {
namespace {

using namespace std::chrono_literals;

const Request status_request{{}, "GET", "/v1/status", {}, {}};

/// Takes one connection, reads until `awaited` has come, writes `answer` and hangs up, or holds the line open until the
/// test ends.
class OneAnswer {
 public:
  enum class Then { hang_up, hold };

  OneAnswer(std::string awaited, std::string answer, Then then = Then::hang_up)
      : awaited_(std::move(awaited)), answer_(std::move(answer)), then_(then) {
    listening_ = listen_on(path(), 0600).value().descriptor;
    thread_ = std::jthread{[this] { serve(); }};
  }
  OneAnswer(const OneAnswer&) = delete;
  OneAnswer& operator=(const OneAnswer&) = delete;
  ~OneAnswer() {
    thread_.join();
    if (line_ >= 0) ::close(line_);
    ::close(listening_);
  }

  [[nodiscard]] std::string path() const { return folder_ / "api.sock"; }
  std::string received() {
    thread_.join();
    thread_ = std::jthread{[] {}};
    return received_;
  }

 private:
  void serve() {
    pollfd comes{listening_, POLLIN, 0};
    if (::poll(&comes, 1, 60'000) != 1) return;
    line_ = ::accept4(listening_, nullptr, nullptr, SOCK_CLOEXEC);
    char bytes[4096];
    while (received_.find(awaited_) == std::string::npos) {
      const auto count = ::recv(line_, bytes, sizeof bytes, 0);
      if (count <= 0) return;
      received_.append(bytes, static_cast<std::size_t>(count));
    }
    (void)::send(line_, answer_.data(), answer_.size(), MSG_NOSIGNAL);
    if (then_ == Then::hang_up) ::close(std::exchange(line_, -1));
  }

  TemporaryFolder folder_;
  std::string awaited_;
  std::string answer_;
  Then then_;
  int listening_ = -1;
  int line_ = -1;
  std::string received_;
  std::jthread thread_;
};

TEST_CASE("a request goes out whole and its answer comes back") {
  OneAnswer server{"\"anna\"}",
                   "HTTP/1.1 422 Unprocessable Entity\r\nContent-Type: application/json\r\n"
                   "Content-Length: 9\r\n\r\n{\"a\":\"b\"}"};
  const auto answer = call(server.path(), {{}, "POST", "/v1/apply", "application/json", R"({"applied_by":"anna"})"},
                           fakes::longest_wait);
  REQUIRE(answer.has_value());
  CHECK(answer.value().status == 422);
  CHECK(answer.value().content_type == "application/json");
  CHECK(answer.value().body == R"({"a":"b"})");
  const auto request = server.received();
  CHECK(request.starts_with("POST /v1/apply HTTP/1.1\r\n"));
  CHECK(request.find("Content-Type: application/json\r\n") != std::string::npos);
  CHECK(request.ends_with("\r\n\r\n{\"applied_by\":\"anna\"}"));
}

TEST_CASE("an answer without a length lasts until the connection ends") {
  OneAnswer server{"\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\nall of it"};
  const auto answer = call(server.path(), status_request, fakes::longest_wait);
  REQUIRE(answer.has_value());
  CHECK(answer.value().body == "all of it");
}

TEST_CASE("where nobody listens the error says connect and names the socket") {
  const TemporaryFolder folder;
  const auto path = folder / "api.sock";
  const auto missing = call(path, status_request, fakes::longest_wait);
  REQUIRE(missing.has_error());
  CHECK(missing.error().code == "connect");
  CHECK(missing.error().message.starts_with(path + ": "));

  ::close(listen_on(path, 0600).value().descriptor);  // its file stays
  const auto refused = call(path, status_request, fakes::longest_wait);
  REQUIRE(refused.has_error());
  CHECK(refused.error().code == "connect");
}

TEST_CASE("a path that no socket can have is refused, not cut") {
  const auto answer = call("/" + std::string(200, 'x'), status_request, fakes::longest_wait);
  REQUIRE(answer.has_error());
  CHECK(answer.error().code == "connect");
}

TEST_CASE("an answer that breaks off or is not HTTP is an error") {
  for (const char* bytes : {"", "HTTP/1.1 200 OK\r\nContent-Le", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf",
                            "HTTP/1.1 200 OK\r\nContent-Length: no\r\n\r\n", "SSH-2.0-OpenSSH_9.2\r\n\r\n"}) {
    CAPTURE(bytes);
    OneAnswer server{"\r\n\r\n", bytes};
    const auto answer = call(server.path(), status_request, fakes::longest_wait);
    REQUIRE(answer.has_error());
    CHECK(answer.error().code == "http");
  }
}

TEST_CASE("who never answers, or never to the end, is given up after the time allowed") {
  for (const char* bytes : {"", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"}) {
    CAPTURE(bytes);
    OneAnswer server{"\r\n\r\n", bytes, OneAnswer::Then::hold};
    const auto answer = call(server.path(), status_request, 50ms);
    REQUIRE(answer.has_error());
    CHECK(answer.error().code == "timeout");
  }
}

}  // namespace
}  // namespace chargehook::http::io
