#include "delivery/io/dial.hpp"

#include <doctest/doctest.h>
#include <netdb.h>

#include <cerrno>

#include "names.hpp"
#include "results.hpp"
#include "scripted_server.hpp"

namespace chargehook::delivery::io {
namespace {

using namespace std::chrono_literals;

ScriptedServer::Script answering() {
  return [](Peer& peer) {
    while (!peer.read_request().empty()) peer.write("HTTP/1.1 204 No Content\r\n\r\n");
  };
}

AttemptRequest request_for(const std::string& name, std::uint16_t port, std::uint64_t id = 1) {
  auto request = request_to(port, id);
  request.request.url.host = name;
  return request;
}

TEST_CASE("every address of a name is tried, and the one that answers is told") {
  ScriptedServer server{answering()};
  Names::instance().add("two.test", {"127.0.0.2", "127.0.0.1"});  // only the second listens
  const auto result = post_once(request_for("two.test", server.port()));
  CHECK(result.phase == Phase::answered);
  CHECK(result.remote_address == "127.0.0.1:" + std::to_string(server.port()));
}

TEST_CASE("a name of which no address answers says what the last one said") {
  std::uint16_t port = 0;
  {
    port = ScriptedServer{[](Peer&) {}}.port();
  }
  Names::instance().add("none.test", {"127.0.0.1", "127.0.0.3"});
  const auto result = post_once(request_for("none.test", port));
  CHECK(result.phase == Phase::connect);
  CHECK(result.error == ECONNREFUSED);
  CHECK(result.remote_address == "127.0.0.3:" + std::to_string(port));
}

TEST_CASE(
    "a look-up that hangs ends its attempts at their deadline, on one thread, and holds neither others nor the end") {
  ScriptedServer server{answering()};
  Names& names = Names::instance();
  names.add_hanging("hangs.test");
  names.add("there.test", {"127.0.0.1"});
  {
    Results results;
    AsioSender sender{results.sink()};
    auto request = request_for("hangs.test", 80);
    request.total_deadline = 100ms;
    for (std::uint64_t id = 1; id <= 3; ++id) {
      request.id = AttemptId{id};
      sender.start(request);
      names.await_hanging(1);
      auto other = request_for("there.test", server.port(), id + 10);
      other.endpoint = 2;
      sender.start(other);
      const auto all = results.await(2 * id);
      REQUIRE(all.size() == 2 * id);
      for (const auto& result : all) {
        if (result.id > AttemptId{10}) {
          CHECK(result.phase == Phase::answered);
        } else {
          CHECK(result.phase == Phase::resolve);
          CHECK(result.error == EAI_AGAIN);
          CHECK(result.reason == "the look-up of the name took longer than the attempt may last");
          CHECK(result.remote_address.empty());
        }
      }
    }
  }
  names.release_all();
}

}  // namespace
}  // namespace chargehook::delivery::io
