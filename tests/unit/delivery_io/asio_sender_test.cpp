#include "delivery/io/asio_sender.hpp"

#include <doctest/doctest.h>

#include <cerrno>
#include <future>
#include <set>

#include "results.hpp"
#include "scripted_server.hpp"

namespace chargehook::delivery::io {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;

const std::string ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

/// Answers every request on every connection with the same text.
ScriptedServer::Script answering(std::string text) {
  return [text = std::move(text)](Peer& peer) {
    while (!peer.read_request().empty()) peer.write(text);
  };
}

/// Answers one request and hangs up.
ScriptedServer::Script answering_once(std::string text) {
  return [text = std::move(text)](Peer& peer) {
    peer.read_request();
    peer.write(text);
  };
}

TEST_CASE("a request is written as given, and the answer comes back") {
  std::promise<std::string> seen;
  ScriptedServer server{[&](Peer& peer) {
    seen.set_value(peer.read_request());
    peer.write(
        "HTTP/1.1 202 Accepted\r\nRetry-After: 7\r\nDate: Tue, 24 Nov 2026 06:12:09 GMT\r\n"
        "Content-Length: 4\r\n\r\ndone");
  }};
  const auto result = post_once(request_to(server.port(), 41));

  const std::string request = seen.get_future().get();
  CHECK(request.starts_with("POST /hooks/depot-nord?a=1+2 HTTP/1.1\r\n"));
  CHECK(request.find("Host: 127.0.0.1:" + std::to_string(server.port()) + "\r\n") != std::string::npos);
  CHECK(request.find("webhook-id: evt_1\r\n") != std::string::npos);
  CHECK(request.find("Content-Type: application/cloudevents+json\r\n") != std::string::npos);
  CHECK(request.ends_with("\r\n\r\n{\"n\":\"1\"}"));
  CHECK(result.id == AttemptId{41});
  CHECK(result.phase == Phase::answered);
  CHECK(result.status == 202);
  CHECK(result.body == "done");
  CHECK(result.retry_after == "7");
  CHECK(result.date == "Tue, 24 Nov 2026 06:12:09 GMT");
  CHECK(result.remote_address == "127.0.0.1:" + std::to_string(server.port()));
  CHECK(result.took > 0us);
}

TEST_CASE("answers that are whole, and how much of the connection is left of them") {
  struct Case {
    std::string answer;
    int status;
    std::string body;
    int connections;  ///< used for two attempts
  };
  const std::vector<Case> cases{
      {ok, 200, "ok", 1},
      {"HTTP/1.1 204 No Content\r\n\r\n", 204, "", 1},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n", 200, "abcde", 1},
      {"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n", 302, "", 1},
      {"HTTP/1.1 304 Not Modified\r\n\r\n", 304, "", 2},
      {"HTTP/1.1 100 Continue\r\n\r\n" + ok, 200, "ok", 1},
      {"HTTP/1.1 200 OK\r\nConnection: Close\r\nContent-Length: 2\r\n\r\nok", 200, "ok", 2},
      {"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 4\r\n\r\nbusy", 503, "busy", 1},
  };
  for (const auto& expected : cases) {
    CAPTURE(expected.answer);
    ScriptedServer server{answering(expected.answer)};
    Results results;
    AsioSender sender{results.sink()};
    for (std::uint64_t id = 1; id <= 2; ++id) {
      auto request = request_to(server.port(), id);
      request.connections = 1;
      sender.start(request);
      const auto all = results.await(id);
      REQUIRE(all.size() == id);
      CHECK(all.back().phase == Phase::answered);
      CHECK(all.back().status == expected.status);
      CHECK(all.back().body == expected.body);
    }
    CHECK(server.connections() == expected.connections);
  }
}

TEST_CASE("an answer that ends with the connection is whole") {
  ScriptedServer server{answering_once("HTTP/1.1 200 OK\r\n\r\nto the end")};
  const auto result = post_once(request_to(server.port()));
  CHECK(result.phase == Phase::answered);
  CHECK(result.body == "to the end");
}

TEST_CASE("a large answer is cut at 64 KiB, whatever its framing") {
  const std::string large(1 << 20, 'x');
  const std::vector<std::string> answers{
      "HTTP/1.1 200 OK\r\nContent-Length: 1048576\r\n\r\n" + large,
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n100000\r\n" + large + "\r\n0\r\n\r\n",
      "HTTP/1.1 200 OK\r\n\r\n" + large,
  };
  for (const auto& answer : answers) {
    ScriptedServer server{answering_once(answer)};
    const auto result = post_once(request_to(server.port()));
    CHECK(result.phase == Phase::answered);
    CHECK(result.status == 200);
    CHECK(result.body.size() == 64 * 1024);
  }
}

TEST_CASE("a refused connection says so with its errno") {
  std::uint16_t port = 0;
  {
    port = ScriptedServer{[](Peer&) {}}.port();
  }
  const auto result = post_once(request_to(port));
  CHECK(result.phase == Phase::connect);
  CHECK(result.error == ECONNREFUSED);
  CHECK(result.reason == "Connection refused");
  CHECK(result.remote_address == "127.0.0.1:" + std::to_string(port));
}

TEST_CASE("a name that does not exist ends in the look-up") {
  auto request = request_to(80);
  request.request.url.host = "receiver.invalid";
  const auto result = post_once(request);
  CHECK(result.phase == Phase::resolve);
  CHECK(result.error < 0);
  CHECK_FALSE(result.reason.empty());
  CHECK(result.remote_address.empty());
}

TEST_CASE("an answer that is not whole ends in the read phase") {
  struct Case {
    const char* what;
    ScriptedServer::Script script;
  };
  const std::vector<Case> cases{
      {"closed after the request", [](Peer& peer) { peer.read_request(); }},
      {"reset after the request",
       [](Peer& peer) {
         peer.read_request();
         peer.reset();
       }},
      {"closed in the header", answering_once("HTTP/1.1 200 OK\r\nContent-Le")},
      {"closed in the body", answering_once("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")},
      {"reset in the body",
       [](Peer& peer) {
         peer.read_request();
         peer.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
         peer.reset();
       }},
      {"closed in a chunk", answering_once("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10\r\nhalf")},
      {"not HTTP", answering_once("220 mail.example.com ESMTP\r\n")},
  };
  for (const auto& broken : cases) {
    CAPTURE(broken.what);
    ScriptedServer server{broken.script};
    const auto result = post_once(request_to(server.port()));
    CHECK(result.phase == Phase::read);
    CHECK(result.status == 0);
    CHECK(result.body.empty());
    CHECK_FALSE(result.reason.empty());
    CHECK(result.remote_address == "127.0.0.1:" + std::to_string(server.port()));
  }
}

TEST_CASE("a peer that drips is cut at the total deadline, in whatever part of the answer") {
  const std::vector<std::string> beginnings{"", "HTTP/1.1 200 OK\r\nX-Slow: ", "HTTP/1.1 200 OK\r\n\r\n",
                                            "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"};
  for (const auto& beginning : beginnings) {
    CAPTURE(beginning);
    ScriptedServer server{[&](Peer& peer) {
      peer.read_request();
      peer.write(beginning);
      while (peer.stays_for(10)) peer.write("x");
    }};
    auto request = request_to(server.port());
    request.total_deadline = 1s;  // enough to come as far as the answer, also on a busy machine
    const auto begin = steady_clock::now();
    const auto result = post_once(request);
    CHECK(result.phase == Phase::read);
    CHECK(result.error == ETIMEDOUT);
    CHECK(result.body.empty());
    CHECK(steady_clock::now() - begin >= 1s);
  }
}

TEST_CASE("after a failure the next attempt gets a connection of its own") {
  std::atomic<int> served{0};
  ScriptedServer server{[&](Peer& peer) {
    peer.read_request();
    if (++served == 1) {
      peer.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
      peer.hold();
    } else {
      peer.write(ok);
    }
  }};
  Results results;
  AsioSender sender{results.sink()};
  auto request = request_to(server.port());
  request.total_deadline = 2s;
  sender.start(request);
  REQUIRE(results.await(1).size() == 1);
  sender.start(request_to(server.port(), 2));
  const auto all = results.await(2);
  REQUIRE(all.size() == 2);
  CHECK(all[0].phase == Phase::read);
  CHECK(all[1].phase == Phase::answered);
  CHECK(all[1].body == "ok");
  CHECK(server.connections() == 2);
}

TEST_CASE("a connection the receiver closed while it was idle is replaced") {
  std::promise<void> hung_up;
  std::atomic<int> served{0};
  ScriptedServer server{[&](Peer& peer) {
    peer.read_request();
    peer.write(ok);
    if (++served > 1) return;
    ::shutdown(peer.socket(), SHUT_RDWR);
    hung_up.set_value();
  }};
  Results results;
  AsioSender sender{results.sink()};
  auto request = request_to(server.port());
  request.connections = 1;
  sender.start(request);
  REQUIRE(results.await(1).size() == 1);
  hung_up.get_future().wait();
  sender.start(request);
  const auto all = results.await(2);
  REQUIRE(all.size() == 2);
  CHECK(all[1].phase == Phase::answered);
  CHECK(server.connections() == 2);
}

/// Two attempts of which the second waits for the connection of the first.
std::vector<AttemptResult> two_over_one_connection(const ScriptedServer& server) {
  Results results;
  AsioSender sender{results.sink()};
  for (std::uint64_t id = 1; id <= 2; ++id) {
    auto request = request_to(server.port(), id);
    request.connections = 1;
    sender.start(request);
  }
  return results.await(2);
}

TEST_CASE("a receiver that closes in place of a second answer is asked again on a new connection") {
  std::atomic<int> served{0};
  ScriptedServer server{[&](Peer& peer) {
    peer.read_request();
    peer.write(ok);
    if (++served == 1) peer.read_request();
  }};
  const auto all = two_over_one_connection(server);
  REQUIRE(all.size() == 2);
  CHECK(all[1].phase == Phase::answered);
  CHECK(server.connections() == 2);
}

TEST_CASE("an answer too many, right behind the first and beyond what is read at once, is not the next request's") {
  std::string first = "HTTP/1.1 200 OK\r\nContent-Length: 16000\r\nX: ";
  first.append(16 * 1024 - 16000 - 4 - first.size(), 'x').append("\r\n\r\n").append(16000, '.');
  REQUIRE(first.size() == 16 * 1024);
  std::atomic<int> served{0};
  ScriptedServer server{[&](Peer& peer) {
    peer.read_request();
    if (++served > 1) return peer.write("HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n");
    peer.write(first + "HTTP/1.1 204 No Content\r\n\r\n");
    peer.hold();
  }};
  const auto all = two_over_one_connection(server);
  REQUIRE(all.size() == 2);
  CHECK(all[0].status == 200);
  CHECK(all[1].status == 500);
}

TEST_CASE("what a receiver says while nothing is asked is no answer to the next request") {
  std::promise<void> said;
  std::atomic<int> served{0};
  ScriptedServer server{[&](Peer& peer) {
    peer.read_request();
    peer.write(ok);
    if (++served > 1) return peer.hold();
    peer.write("HTTP/1.1 410 Gone\r\nContent-Length: 0\r\n\r\n");
    said.set_value();
    peer.hold();
  }};
  Results results;
  AsioSender sender{results.sink()};
  auto request = request_to(server.port());
  request.connections = 1;
  sender.start(request);
  REQUIRE(results.await(1).size() == 1);
  said.get_future().wait();
  sender.start(request);
  const auto all = results.await(2);
  REQUIRE(all.size() == 2);
  CHECK(all[0].status == 200);
  CHECK(all[1].status == 200);
  CHECK(server.connections() == 2);
}

TEST_CASE("another destination of the same endpoint gets its own connection, within the same limit") {
  ScriptedServer old_place{answering(ok)};
  ScriptedServer new_place{answering("HTTP/1.1 204 No Content\r\n\r\n")};
  Results results;
  AsioSender sender{results.sink()};
  std::size_t count = 0;
  for (const auto port : {old_place.port(), new_place.port(), new_place.port(), old_place.port()}) {
    auto request = request_to(port);
    request.connections = 1;
    sender.start(request);
    const auto all = results.await(++count);
    REQUIRE(all.size() == count);
    CHECK(all.back().status == (port == old_place.port() ? 200 : 204));
  }
  CHECK(old_place.connections() == 2);
  CHECK(new_place.connections() == 1);
}

TEST_CASE("an answer that comes before the request is written ends the attempt and the connection") {
  ScriptedServer server{[&](Peer& peer) {
    peer.write("HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\n\r\n");
    while (peer.stays_for(10)) {
    }
    peer.hold();
  }};
  auto request = request_to(server.port());
  request.request.body = std::string(32 << 20, 'x');  // more than the buffers between take
  const auto result = post_once(request);
  CHECK(result.phase == Phase::answered);
  CHECK(result.status == 413);
}

TEST_CASE("many attempts over four connections give one result each") {
  ScriptedServer server{answering(ok)};
  Results results;
  AsioSender sender{results.sink()};
  constexpr std::uint64_t count = 2000;
  for (std::uint64_t id = 1; id <= count; ++id) sender.start(request_to(server.port(), id));

  const auto all = results.await(count);
  std::set<AttemptId> ids;
  for (const auto& result : all) {
    ids.insert(result.id);
    if (result.phase != Phase::answered) FAIL_CHECK(result.reason);
  }
  CHECK(all.size() == count);
  CHECK(ids.size() == count);
  CHECK(server.connections() <= 4);
}

TEST_CASE("endpoints do not wait for each other, and none has more connections than allowed") {
  ScriptedServer stuck{[](Peer& peer) { peer.hold(); }};
  ScriptedServer server{answering(ok)};
  Results results;
  AsioSender sender{results.sink()};
  for (std::uint64_t id = 1; id <= 8; ++id) {
    auto request = request_to(stuck.port(), id);
    request.endpoint = 1;
    request.connections = 2;
    sender.start(request);
  }
  for (std::uint64_t id = 101; id <= 108; ++id) {
    auto request = request_to(server.port(), id);
    request.endpoint = 2;
    sender.start(request);
  }
  CHECK(results.await(8).size() == 8);
  CHECK(stuck.at_once_max() <= 2);
}

TEST_CASE("connections without work end, and new work makes new ones") {
  std::promise<void> first_ended;
  std::atomic<int> served{0};
  ScriptedServer server{[&](Peer& peer) {
    peer.read_request();
    peer.write(ok);
    const bool is_first = ++served == 1;
    peer.hold();
    if (is_first) first_ended.set_value();
  }};
  Results results;
  AsioSender sender{results.sink(), 1ms};
  sender.start(request_to(server.port(), 1));
  REQUIRE(results.await(1).size() == 1);
  REQUIRE(first_ended.get_future().wait_for(60s) == std::future_status::ready);
  sender.start(request_to(server.port(), 2));
  REQUIRE(results.await(2).size() == 2);
  CHECK(server.connections() == 2);
}

TEST_CASE("stop returns at once from blocked attempts, and no result follows") {
  std::atomic<int> waiting{0};
  std::promise<void> all_blocked;
  ScriptedServer server{[&](Peer& peer) {
    peer.read_request();
    if (++waiting == 4) all_blocked.set_value();
    peer.hold();
  }};
  Results results;
  {
    AsioSender sender{results.sink()};
    for (std::uint64_t id = 1; id <= 8; ++id) {
      auto request = request_to(server.port(), id);
      request.total_deadline = 1h;  // whoever waited for it would not come back within this test's time
      sender.start(request);
    }
    REQUIRE(all_blocked.get_future().wait_for(60s) == std::future_status::ready);
    sender.stop();
    sender.stop();
    sender.start(request_to(server.port(), 9));
  }
  CHECK(results.count() == 0);
}

TEST_CASE("stop may come at any moment of a busy sender") {
  ScriptedServer server{answering(ok)};
  for (std::uint64_t round = 0; round < 20; ++round) {
    Results results;
    AsioSender sender{results.sink()};
    for (std::uint64_t id = 1; id <= 20; ++id) sender.start(request_to(server.port(), id));
    results.await(round);
    sender.stop();
    const auto count = results.count();
    sender.start(request_to(server.port(), 99));
    CHECK(results.count() == count);
  }
}

}  // namespace
}  // namespace chargehook::delivery::io
