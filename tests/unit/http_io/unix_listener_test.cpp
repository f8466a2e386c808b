#include "http/io/unix_listener.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <fstream>
#include <functional>
#include <memory>
#include <vector>

#include "fakes/longest_wait.hpp"
#include "raw_client.hpp"

namespace chargehook::http::io {
namespace {

using namespace std::chrono_literals;

const std::string small_request = "GET /status HTTP/1.1\r\nHost: x\r\n\r\n";

/// A listener in a folder of its own; requests are answered by `answer`, or kept for the test to answer.
struct Fixture {
  explicit Fixture(ListenOptions given = {}) : options{std::move(given)} {
    options.path = folder / "api.sock";
    auto opened = UnixListener::open(io, options, [this](Request request) {
      requests.push_back(request);
      if (answer) answer(request);
    });
    REQUIRE(opened.has_value());
    listener = std::move(opened.value());
  }

  void answer_with_target() {
    answer = [this](const Request& request) { listener->respond(request.id, {200, "text/plain", {}, request.target}); };
  }

  void run_until(const std::function<bool()>& done) {
    const auto end = std::chrono::steady_clock::now() + fakes::longest_wait;
    while (!done() && std::chrono::steady_clock::now() < end) {
      io.restart();
      io.run_one_for(2ms);
    }
  }

  RawClient client() { return RawClient{io, options.path}; }

  TemporaryFolder folder;
  boost::asio::io_context io;
  ListenOptions options;
  std::vector<Request> requests;
  std::function<void(const Request&)> answer;
  std::unique_ptr<UnixListener> listener;
};

int count_of(const std::string& text, std::string_view part) {
  int count = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

TEST_CASE("a request is handed on whole and its answer written") {
  Fixture fixture;
  fixture.answer = [&](const Request& request) {
    fixture.listener->respond(request.id, {202, "application/json", {{"X-Id", "evt_1"}}, R"({"ok":true})"});
  };
  auto client = fixture.client();
  client.send(
      "POST /events?dry=1 HTTP/1.1\r\nHost: x\r\nContent-Type: application/cloudevents+json\r\n"
      "Content-Length: 5\r\n\r\n{\"a\"}");
  const auto answer = client.receive_until(R"({"ok":true})");

  REQUIRE(fixture.requests.size() == 1);
  CHECK(fixture.requests[0].method == "POST");
  CHECK(fixture.requests[0].target == "/events?dry=1");
  CHECK(fixture.requests[0].content_type == "application/cloudevents+json");
  CHECK(fixture.requests[0].body == "{\"a\"}");
  CHECK(answer.starts_with("HTTP/1.1 202 Accepted\r\n"));
  CHECK(answer.find("X-Id: evt_1\r\n") != std::string::npos);
  CHECK(answer.find("Content-Length: 11\r\n") != std::string::npos);
}

TEST_CASE("a chunked request is handed on whole") {
  Fixture fixture;
  auto client = fixture.client();
  client.send("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n");
  fixture.run_until([&] { return !fixture.requests.empty(); });
  REQUIRE(fixture.requests.size() == 1);
  CHECK(fixture.requests[0].body == "abcde");
}

TEST_CASE("a client that expects to be asked for its body is asked") {
  Fixture fixture;
  fixture.answer_with_target();
  auto client = fixture.client();
  for (const std::string target : {"/first", "/second"}) {
    client.send("POST " + target + " HTTP/1.1\r\nHost: x\r\nExpect: 100-Continue\r\nContent-Length: 3\r\n\r\n");
    CHECK(client.receive_until("\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n");
    client.send("abc");
    CHECK(client.receive_until(target).starts_with("HTTP/1.1 200 OK\r\n"));
    CHECK(fixture.requests.back().body == "abc");
  }
}

TEST_CASE("who expects to be asked for a body that is too long is told so instead") {
  ListenOptions options;
  options.body_bytes_max = 10;
  Fixture fixture{options};
  auto client = fixture.client();
  client.send("POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 11\r\n\r\n");
  CHECK(client.receive_until("\r\n\r\n").starts_with("HTTP/1.1 413 "));
}

TEST_CASE("requests sent in one piece are answered one by one and in order") {
  Fixture fixture;
  auto client = fixture.client();
  for (const char* target : {"/1", "/2", "/3"}) {
    client.send("GET " + std::string{target} + " HTTP/1.1\r\nHost: x\r\n\r\n");
  }
  for (std::size_t n = 1; n <= 3; ++n) {
    fixture.run_until([&] { return fixture.requests.size() >= n; });
    REQUIRE(fixture.requests.size() == n);  // the next one waits for this answer
    fixture.listener->respond(fixture.requests.back().id, {200, "text/plain", {}, "answer" + std::to_string(n)});
    CHECK(client.receive_until("answer" + std::to_string(n)).find("answer" + std::to_string(n)) != std::string::npos);
  }
  CHECK(fixture.requests[2].target == "/3");
}

TEST_CASE("two clients are served side by side, answers in the other order") {
  Fixture fixture;
  auto first = fixture.client();
  auto second = fixture.client();
  first.send("GET /first HTTP/1.1\r\nHost: x\r\n\r\n");
  fixture.run_until([&] { return fixture.requests.size() == 1; });
  second.send("GET /second HTTP/1.1\r\nHost: x\r\n\r\n");
  fixture.run_until([&] { return fixture.requests.size() == 2; });
  REQUIRE(fixture.requests.size() == 2);

  fixture.listener->respond(fixture.requests[1].id, {200, "text/plain", {}, "for second"});
  CHECK(second.receive_until("for second").ends_with("for second"));
  fixture.listener->respond(fixture.requests[0].id, {200, "text/plain", {}, "for first"});
  CHECK(first.receive_until("for first").ends_with("for first"));
}

TEST_CASE("the connection stays or goes as the client asked") {
  struct Case {
    std::string request;
    bool closes;
  };
  const std::vector<Case> cases{
      {small_request, false},
      {"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", true},
      {"GET / HTTP/1.0\r\n\r\n", true},
  };
  for (const auto& expected : cases) {
    CAPTURE(expected.request);
    Fixture fixture;
    fixture.answer_with_target();
    auto client = fixture.client();
    client.send(expected.request);
    CHECK(client.receive_until("\r\n\r\n/").starts_with("HTTP/1."));
    client.send(small_request);
    CHECK((client.receive_until("\r\n\r\n/").find("200 OK") == std::string::npos) == expected.closes);
  }
}

TEST_CASE("a HEAD request is answered without a body but with its length") {
  Fixture fixture;
  fixture.answer = [&](const Request& request) {
    fixture.listener->respond(request.id, {200, "text/plain", {}, "12345"});
  };
  auto client = fixture.client();
  client.send("HEAD / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  client.receive_until("\r\n\r\n");
  CHECK(client.receive_all().empty());
}

TEST_CASE("what is no request gets a refusal or a close, never silence") {
  const std::string long_header = "GET / HTTP/1.1\r\nX: " + std::string(9000, 'x') + "\r\n\r\n";
  const std::string endless_chunk_line =
      "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3;" + std::string(64 * 1024, 'x');
  struct Case {
    std::string bytes;
    const char* status;  ///< "" = a close without an answer
  };
  const std::vector<Case> cases{
      {"\r\n\r\n\r\n\r\n", "400"},
      {"GET\r\n\r\n", "400"},
      {"GET / HTTP/9.9\r\n\r\n", "400"},
      {"GET / HTTP/1.1\r\nno colon\r\n\r\n", "400"},
      {"GET / HTTP/1.1\nHost: x\n\n", "400"},
      {std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11) + "\r\n\r\n", "400"},
      {std::string(64, '\0') + "\r\n\r\n", "400"},
      {"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", "400"},
      {"POST / HTTP/1.1\r\nContent-Length: 1x\r\n\r\nab", "400"},
      {"POST / HTTP/1.1\r\nContent-Length: 99999999999999999999999\r\n\r\n", "400"},
      {"POST / HTTP/1.1\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nabc", "400"},
      {"POST / HTTP/1.1\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "400"},
      {"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n\r\n", "400"},
      {long_header, "431"},
      {"GET / HTTP/1.1\r\nX: " + std::string(100'000, 'x'), "431"},
      {endless_chunk_line, "431"},
      {"POST / HTTP/1.1\r\nContent-Length: 1025\r\n\r\n" + std::string(1025, 'x'), "413"},
      {"POST / HTTP/1.1\r\nContent-Length: 1000000000\r\n\r\n" + std::string(200'000, 'x'), "413"},
      {"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1000\r\n" + std::string(4096, 'x') + "\r\n0\r\n\r\n",
       "413"},
      {"POST / HTTP/1.1\r\nContent-Length: 10\r\n\r\nabc", ""},
      {"GET / HT", ""},
      {"", ""},
  };
  ListenOptions options;
  options.body_bytes_max = 1024;
  for (const auto& bad : cases) {
    CAPTURE(bad.bytes.substr(0, 80));
    Fixture fixture{options};
    auto client = fixture.client();
    client.send(bad.bytes);
    client.finish_sending();
    const auto answer = client.receive_all();
    CHECK(client.closed());
    CHECK(fixture.requests.empty());
    if (*bad.status == '\0') {
      CHECK(answer.empty());
    } else {
      CHECK(answer.starts_with("HTTP/1.1 " + std::string{bad.status}));
      CHECK(answer.find("Connection: close\r\n") != std::string::npos);
      CHECK(answer.find(R"({"error":{"code":")") != std::string::npos);
    }
  }
}

TEST_CASE("a body of just the limit passes") {
  ListenOptions options;
  options.body_bytes_max = 1024;
  Fixture fixture{options};
  auto client = fixture.client();
  client.send("POST / HTTP/1.1\r\nContent-Length: 1024\r\n\r\n" + std::string(1024, 'x'));
  fixture.run_until([&] { return !fixture.requests.empty(); });
  REQUIRE(fixture.requests.size() == 1);
  CHECK(fixture.requests[0].body.size() == 1024);
}

TEST_CASE("who takes too long is let go") {
  ListenOptions options;
  options.request_limit = 100ms;
  options.idle_limit = 100ms;
  for (const char* begun : {"", "GET / HTTP/1.1\r\nHos", "POST / HTTP/1.1\r\nContent-Length: 10\r\n\r\nabc"}) {
    CAPTURE(begun);
    Fixture fixture{options};
    auto client = fixture.client();
    client.send(begun);
    CHECK(client.receive_all().empty());
    CHECK(client.closed());
  }
  options.idle_limit = 2s;  // a busy machine needs some of it to answer
  Fixture fixture{options};
  fixture.answer_with_target();
  auto idle = fixture.client();
  idle.send(small_request);
  CHECK(idle.receive_all().ends_with("/status"));
  CHECK(idle.closed());
}

TEST_CASE("the time a request may take does not run while its answer is awaited") {
  ListenOptions options;
  options.request_limit = 100ms;
  options.idle_limit = 100ms;
  Fixture fixture{options};
  auto client = fixture.client();
  client.send(small_request);
  const auto late = std::chrono::steady_clock::now() + 300ms;
  fixture.run_until([&] { return std::chrono::steady_clock::now() > late; });
  REQUIRE(fixture.requests.size() == 1);
  fixture.listener->respond(fixture.requests[0].id, {200, "text/plain", {}, "late"});
  CHECK(client.receive_until("late").ends_with("late"));
}

TEST_CASE("one connection too many is told so, and a place that comes free is used again") {
  ListenOptions options;
  options.connections_max = 2;
  Fixture fixture{options};
  fixture.answer_with_target();
  auto first = fixture.client();
  {
    auto second = fixture.client();
    first.send(small_request);
    second.send(small_request);
    CHECK(second.receive_until("\r\n\r\n/status").find("200") != std::string::npos);
    auto third = fixture.client();
    third.send(small_request);
    third.finish_sending();
    const auto refused = third.receive_all();
    CHECK(refused.starts_with("HTTP/1.1 503 "));
    CHECK(refused.find("Retry-After: 1\r\n") != std::string::npos);
    CHECK(third.closed());
  }
  std::string answer;
  fixture.run_until([&] {  // the server has yet to see that the second one is gone
    auto fourth = fixture.client();
    fourth.send(small_request);
    fourth.finish_sending();
    answer = fourth.receive_all();
    return answer.starts_with("HTTP/1.1 200 ");
  });
  CHECK_MESSAGE(answer.starts_with("HTTP/1.1 200 "), answer);
}

TEST_CASE("an answer for a client that is gone, for nobody, or given twice does nothing") {
  Fixture fixture;
  fixture.listener->respond(RequestId{77}, {});
  {
    auto client = fixture.client();
    client.send(small_request);
    fixture.run_until([&] { return !fixture.requests.empty(); });
  }
  REQUIRE(fixture.requests.size() == 1);
  fixture.listener->respond(fixture.requests[0].id, {200, "text/plain", {}, std::string(1 << 20, 'x')});
  fixture.listener->respond(fixture.requests[0].id, {});

  auto next = fixture.client();
  next.send(small_request);
  fixture.run_until([&] { return fixture.requests.size() == 2; });
  REQUIRE(fixture.requests.size() == 2);
  fixture.listener->respond(fixture.requests[1].id, {200, "text/plain", {}, "still here"});
  fixture.listener->respond(fixture.requests[1].id, {200, "text/plain", {}, "twice"});
  CHECK(next.receive_until("still here").ends_with("still here"));
  next.send("GET / HTTP/1.1\r\nConnection: close\r\n\r\n");
  fixture.run_until([&] { return fixture.requests.size() == 3; });
  fixture.listener->respond(fixture.requests[2].id, {204, "text/plain", {}, ""});
  CHECK(count_of(next.receive_all(), "HTTP/1.1 ") == 1);
}

TEST_CASE("stop closes who is idle, lets answers under way go out, and takes the socket away") {
  Fixture fixture;
  auto waiting = fixture.client();
  auto idle = fixture.client();
  waiting.send(small_request);
  fixture.run_until([&] { return !fixture.requests.empty(); });
  REQUIRE(fixture.requests.size() == 1);
  fixture.listener->stop();
  fixture.listener->stop();
  CHECK_FALSE(std::filesystem::exists(fixture.options.path));
  CHECK(idle.receive_all().empty());
  CHECK(idle.closed());
  CHECK_FALSE(fixture.client().connected());

  fixture.listener->respond(fixture.requests[0].id, {200, "text/plain", {}, "last words"});
  const auto answer = waiting.receive_until("last words");
  CHECK(answer.find("Connection: close\r\n") != std::string::npos);
  CHECK(answer.ends_with("last words"));
  waiting.hang_up();
  fixture.io.restart();
  fixture.io.run();  // nothing keeps it busy any more
}

TEST_CASE("what is not answered is closed when the time to stop is over") {
  ListenOptions options;
  options.stop_limit = 20ms;
  Fixture fixture{options};
  auto client = fixture.client();
  client.send(small_request);
  fixture.run_until([&] { return !fixture.requests.empty(); });
  fixture.listener.reset();
  CHECK(client.receive_all().empty());
  CHECK(client.closed());
  fixture.io.restart();
  fixture.io.run();
}

TEST_CASE("a listener may go without its io_context running again") {
  Fixture fixture;
  auto client = fixture.client();
  client.send(small_request);
  fixture.run_until([&] { return !fixture.requests.empty(); });
  fixture.listener.reset();
}

TEST_CASE("the socket has the permission bits asked for") {
  ListenOptions options;
  options.mode = 0600;
  Fixture fixture{options};
  struct stat found {};
  REQUIRE(::stat(fixture.options.path.c_str(), &found) == 0);
  CHECK((found.st_mode & 0777) == 0600);
}

TEST_CASE("a stale socket is replaced, anything else is not") {
  TemporaryFolder folder;
  boost::asio::io_context io;
  ListenOptions options;
  options.path = folder / "api.sock";
  const auto open = [&] { return UnixListener::open(io, options, [](Request) {}); };

  SUBCASE("stale") {
    const int left = ::socket(AF_UNIX, SOCK_STREAM, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::ranges::copy(options.path, address.sun_path);
    REQUIRE(::bind(left, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    ::close(left);
    CHECK(open().has_value());
  }
  SUBCASE("live") {
    const auto first = open();
    REQUIRE(first.has_value());
    const auto second = open();
    REQUIRE(second.has_error());
    CHECK(second.error().code == "listen");
    CHECK(second.error().message.find(options.path) != std::string::npos);
    CHECK(RawClient{io, options.path}.connected());
  }
  SUBCASE("a file") {
    std::ofstream{options.path} << "precious";
    CHECK(open().has_error());
    CHECK(std::filesystem::file_size(options.path) == 8);
  }
  SUBCASE("a folder that is not there") {
    options.path = folder / "none/api.sock";
    CHECK(open().has_error());
  }
  SUBCASE("a path too long") {
    options.path = folder / std::string(120, 'x').c_str();
    CHECK(open().has_error());
  }
  SUBCASE("a successor's file is left alone at stop") {
    const auto first = open();
    REQUIRE(first.has_value());
    std::filesystem::remove(options.path);
    const auto second = open();
    REQUIRE(second.has_value());
    first.value()->stop();
    CHECK(RawClient{io, options.path}.connected());
  }
}

}  // namespace
}  // namespace chargehook::http::io
