#include "runtime/api_desk.hpp"

#include <doctest/doctest.h>

#include <future>
#include <map>
#include <memory>

#include "small_depot.hpp"

namespace chargehook::runtime {
namespace {

struct Desk : SmallDepot {
  Desk() { loop.start(); }

  void ask(std::uint64_t id, std::string method, std::string target, std::string body = {}) {
    desk->handle({http::RequestId{id}, std::move(method), std::move(target), "application/json", std::move(body)});
  }
  const http::Response& answer_to(std::uint64_t id) {
    REQUIRE(run_until([&] { return answered.contains(id); }));
    return answered[id];
  }

  std::map<std::uint64_t, http::Response> answered;
  std::function<core::Input(std::string, core::Token)> read_config = [](std::string by, core::Token token) {
    return core::ConfigReady{std::make_shared<core::ConfigGeneration>(small_config()), std::move(by), token};
  };
  Worker worker;
  std::unique_ptr<ApiDesk> desk = std::make_unique<ApiDesk>(
      loop, answers, worker, "/etc/chargehook",
      [this](std::string by, core::Token token) { return read_config(std::move(by), token); },
      [this](http::RequestId id, http::Response response) {
        CHECK(answered.emplace(static_cast<std::uint64_t>(id), std::move(response)).second);
      });
};

core::ConfigGeneration with_currency(const std::string& currency) {
  auto config = small_config();
  config.site.currency = currency;
  return config;
}

TEST_CASE("the status is what the core knows") {
  Desk desk;
  desk.ask(1, "GET", "/v1/status");
  const auto& answer = desk.answer_to(1);
  CHECK(answer.status == 200);
  CHECK(answer.content_type == "application/json");
  CHECK(answer.body.starts_with(R"({"gateway":"depot-nord-1","version":"0.1.0",)"));
  CHECK(answer.body.find(R"("config_hash":"0123456789abcdef")") != std::string::npos);
}

TEST_CASE("what the API does not have is named with what it has") {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"POST", "/v1/status"}, {"GET", "/v1/apply"}, {"GET", "/"}, {"GET", "/v1/status?x=1"}, {"DELETE", "/v1/apply"}};
  Desk desk;
  std::uint64_t id = 0;
  for (const auto& [method, target] : cases) {
    CAPTURE(method + " " + target);
    desk.ask(++id, method, target);
    REQUIRE(desk.answered.contains(id));
    CHECK(desk.answered[id].status == 404);
    CHECK(desk.answered[id].body.find("POST /v1/apply") != std::string::npos);
  }
}

TEST_CASE("an applied configuration is answered with its changes, and told of under the name of who asked") {
  Desk desk;
  std::string applied_by;
  desk.read_config = [&](std::string by, core::Token token) {
    applied_by = by;
    return core::ConfigReady{std::make_shared<core::ConfigGeneration>(with_currency("EUR")), std::move(by), token};
  };
  desk.ask(1, "POST", "/v1/apply", R"({"applied_by":"anna"})");
  const auto& answer = desk.answer_to(1);
  CHECK(answer.status == 200);
  CHECK(answer.body == R"({"accepted":true,"lines":["site.currency none → EUR"]})");
  CHECK(applied_by == "anna");
  CHECK(desk.store.records().back()->event.type == "gateway.config_applied");
  CHECK(desk.store.records().back()->event.data.starts_with(R"({"applied_by":"anna")"));
}

TEST_CASE("a configuration that is refused is answered 422 with its errors") {
  Desk desk;
  desk.read_config = [](std::string by, core::Token token) -> core::Input {
    return core::ConfigRejected{{"site.yaml:2:3: error: no such key"}, std::move(by), token};
  };
  desk.ask(1, "POST", "/v1/apply");
  const auto& answer = desk.answer_to(1);
  CHECK(answer.status == 422);
  CHECK(answer.body == R"({"accepted":false,"lines":["site.yaml:2:3: error: no such key"]})");
  REQUIRE(desk.run_until([&] { return desk.store.records().back()->event.type == "gateway.config_rejected"; }));
}

TEST_CASE("a body that names nobody in the agreed way is refused and nothing is read") {
  Desk desk;
  bool is_read = false;
  desk.read_config = [&](std::string by, core::Token token) -> core::Input {
    is_read = true;
    return core::ConfigRejected{{}, std::move(by), token};
  };
  desk.ask(1, "POST", "/v1/apply", R"({"applied_by":7})");
  REQUIRE(desk.answered.contains(1));
  CHECK(desk.answered[1].status == 400);
  CHECK(desk.answered[1].body.starts_with(R"({"error":{"code":"json")"));
  CHECK_FALSE(is_read);
}

TEST_CASE("a signal applies as a request does, with nobody to answer") {
  Desk desk;
  desk.desk->apply("SIGHUP");
  REQUIRE(desk.run_until([&] { return desk.store.records().back()->event.type == "gateway.config_applied"; }));
  CHECK(desk.store.records().back()->event.data.starts_with(R"({"applied_by":"SIGHUP")"));
  CHECK(desk.answered.empty());
}

TEST_CASE("who applies while too much is being applied is told to try again") {
  Desk desk;
  std::promise<void> gate;
  std::promise<void> begun;
  REQUIRE(desk.worker.run([&] {
    begun.set_value();
    gate.get_future().wait();
  }));
  begun.get_future().wait();
  for (std::uint64_t id = 1; id <= 17; ++id) desk.ask(id, "POST", "/v1/apply");
  REQUIRE(desk.answered.size() == 1);
  CHECK(desk.answered[17].status == 422);
  CHECK(desk.answered[17].body == R"({"accepted":false,"lines":["too much is being applied already, try again"]})");
  gate.set_value();
  CHECK(desk.run_until([&] { return desk.answered.size() == 17; }));
}

TEST_CASE("a desk may go before the configuration has been read for it") {
  Desk desk;
  std::promise<void> gate;
  REQUIRE(desk.worker.run([&] { gate.get_future().wait(); }));
  desk.read_config = [](std::string by, core::Token token) -> core::Input {
    return core::ConfigRejected{{"late"}, std::move(by), token};
  };
  desk.desk->apply("SIGHUP");
  desk.desk.reset();
  gate.set_value();
  REQUIRE(desk.run_until([&] { return desk.store.records().back()->event.type == "gateway.config_rejected"; }));
}

}  // namespace
}  // namespace chargehook::runtime
