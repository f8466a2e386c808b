#include "runtime/ingest_desk.hpp"

#include <doctest/doctest.h>

#include <map>

#include "ingest/intake.hpp"
#include "small_depot.hpp"

namespace chargehook::runtime {
namespace {

constexpr const char* cloud_event = "application/cloudevents+json";
const std::string sound_body =
    R"({"specversion":"1.0","id":"R-1","source":"/terminal/T-1","type":"io.chargehook.payment.completed",)"
    R"("subject":"terminal/T-1","data":{"amount_minor":942}})";

struct Desk : SmallDepot {
  explicit Desk(bool disk_works_at_once = true) {
    disk_works = disk_works_at_once;
    loop.start();
  }

  void ask(std::uint64_t id, const std::string& body) {
    desk.handle({http::RequestId{id}, "POST", "/events", cloud_event, body});
  }

  std::map<std::uint64_t, http::Response> answered;
  IngestDesk desk{small_config().site, loop, answers, [this](http::RequestId id, http::Response response) {
                    CHECK(answered.emplace(static_cast<std::uint64_t>(id), std::move(response)).second);
                  }};
};

TEST_CASE("an event is answered when it is durable and not before") {
  Desk desk{false};
  REQUIRE(desk.waiting_commit);
  desk.ask(1, sound_body);
  desk.disk();  // gateway.started alone
  REQUIRE(desk.run_until([&] { return desk.waiting_commit != nullptr; }));
  CHECK(desk.answered.empty());
  desk.disk();
  REQUIRE(desk.run_until([&] { return !desk.answered.empty(); }));
  const auto& record = *desk.store.records().back();
  CHECK(desk.answered[1].status == 200);
  CHECK(desk.answered[1].body ==
        R"({"id":")" + record.event.id + R"(","sequence":")" + std::to_string(record.sequence) + "\"}");
}

TEST_CASE("each answer goes to the request it belongs to") {
  Desk desk;
  for (std::uint64_t id = 1; id <= 20; ++id) {
    auto body = sound_body;
    body.replace(body.find("R-1"), 3, "R-" + std::to_string(id));
    desk.ask(id, body);
  }
  REQUIRE(desk.run_until([&] { return desk.answered.size() == 20; }));
  std::map<std::string, std::string> id_of_body;
  for (const auto& [id, response] : desk.answered) id_of_body[response.body] = response.body;
  CHECK(id_of_body.size() == 20);
  for (const auto& record : desk.store.records()) {
    if (record->event.type != "payment.completed") continue;
    CHECK(id_of_body.contains(R"({"id":")" + record->event.id + R"(","sequence":")" + std::to_string(record->sequence) +
                              "\"}"));
  }
}

TEST_CASE("what is no event is refused at once, with a code that says why") {
  struct Case {
    const char* method;
    const char* target;
    const char* content_type;
    std::string body;
    int status;
    const char* code;
  };
  const auto without_source = R"({"specversion":"1.0","id":"R-1","type":"io.chargehook.payment.completed"})";
  const std::string unknown_type =
      R"({"specversion":"1.0","id":"R-1","source":"/t","type":"io.chargehook.no.such","subject":"a/b","data":{}})";
  const std::vector<Case> cases{
      {"POST", "/", cloud_event, sound_body, 404, "target"},
      {"POST", "/events/", cloud_event, sound_body, 404, "target"},
      {"GET", "/events", "", "", 405, "method"},
      {"PUT", "/events", cloud_event, sound_body, 405, "method"},
      {"POST", "/events", "", sound_body, 415, "content_type"},
      {"POST", "/events", "application/json", sound_body, 415, "content_type"},
      {"POST", "/events", cloud_event, "", 400, "json"},
      {"POST", "/events", cloud_event, "[1]", 400, "json"},
      {"POST", "/events", cloud_event, without_source, 400, "cloudevent"},
      {"POST", "/events", cloud_event, unknown_type, 400, "type"},
      {"POST", "/events", cloud_event, std::string(ingest::body_bytes_max + 1, ' '), 413, "size"},
  };
  Desk desk;
  const auto stored_before = desk.store.records().size();
  std::uint64_t id = 0;
  for (const auto& [method, target, content_type, body, status, code] : cases) {
    CAPTURE(std::string{method} + " " + target + " " + body.substr(0, 80));
    desk.desk.handle({http::RequestId{++id}, method, target, content_type, body});
    REQUIRE(desk.answered.contains(id));
    CHECK(desk.answered[id].status == status);
    CHECK(desk.answered[id].content_type == "application/json");
    CHECK(desk.answered[id].body.starts_with(std::string{R"({"error":{"code":")"} + code + R"(","message":")"));
  }
  CHECK(desk.store.records().size() == stored_before);
}

TEST_CASE("a gateway that cannot take the event now says when to come again") {
  Desk desk;
  desk.loop.input(core::Stop{});
  desk.ask(1, sound_body);
  REQUIRE(desk.answered.contains(1));
  CHECK(desk.answered[1].status == 503);
  CHECK(desk.answered[1].headers == std::vector<std::pair<std::string, std::string>>{{"Retry-After", "5"}});
  CHECK(desk.answered[1].body == R"({"error":{"code":"busy","message":"the gateway is stopping"}})");
}

TEST_CASE("a refusal for good has another status than one for the moment") {
  struct Case {
    core::Refused refused;
    int status;
    const char* code;
    bool comes_again;
  };
  const std::vector<Case> cases{{{"size", "too large", core::Retry::never}, 413, "size", false},
                                {{"other", "not for us", core::Retry::never}, 422, "other", false},
                                {{"pressure", "full", core::Retry::later}, 503, "busy", true},
                                {{"queue", "too much waits", core::Retry::later}, 503, "busy", true}};
  for (const auto& [refused, status, code, comes_again] : cases) {
    CAPTURE(refused.code);
    Desk desk{false};
    desk.ask(1, sound_body);
    desk.answers.release({core::Token{1}, refused});  // the first token that was given out
    REQUIRE(desk.answered.contains(1));
    CHECK(desk.answered[1].status == status);
    CHECK(desk.answered[1].headers.empty() != comes_again);
    CHECK(desk.answered[1].body ==
          std::string{R"({"error":{"code":")"} + code + R"(","message":")" + refused.reason + "\"}}");
  }
}

}  // namespace
}  // namespace chargehook::runtime
