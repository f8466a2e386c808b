#include "runtime/api_desk.hpp"

#include "api/apply_json.hpp"
#include "api/status_json.hpp"
#include "api/store_json.hpp"
#include "runtime/log.hpp"
#include "runtime/system_clock.hpp"

namespace chargehook::runtime {

namespace {

http::Response json_response(int status, std::string body) { return {status, "application/json", {}, std::move(body)}; }

}  // namespace

ApiDesk::ApiDesk(CoreLoop& loop, Answers& answers, Worker& worker, std::string config_dir, ReadConfig read_config,
                 ReadStats read_stats, Respond respond)
    : loop_(loop),
      answers_(answers),
      worker_(worker),
      config_dir_(std::move(config_dir)),
      read_config_(std::move(read_config)),
      read_stats_(std::move(read_stats)),
      respond_(std::move(respond)) {}

void ApiDesk::handle(http::Request request) {
  if (request.method == "GET" && request.target == "/v1/status") return status(request.id);
  if (request.method == "POST" && request.target == "/v1/apply") return apply(request.id, request.body);
  if (request.method == "GET" && request.target == "/v1/journal/stats") return store_stats(request.id);
  const bool is_post = request.method == "POST";
  if (request.target == "/v1/journal/walk" && (is_post || request.method == "GET")) {
    return store_check(request.id, is_post);
  }
  if (is_post && request.target == "/v1/clock/accept") return accept_clock(request.id, request.body);
  respond_(request.id,
           json_response(404, api::error_json("target",
                                              "there is GET /v1/status, POST /v1/apply, GET /v1/journal/stats, GET and "
                                              "POST /v1/journal/walk, GET /v1/journal/export, POST "
                                              "/v1/journal/import, and POST /v1/clock/accept")));
}

void ApiDesk::status(http::RequestId id) {
  const auto token = answers_.expect([this, id](const core::Release& release) {
    api::StatusAnswer answer{std::get<core::StatusReport>(release.answer), config_dir_};
    respond_(id, json_response(200, api::status_json(answer, read_clocks().boot)));
  });
  loop_.ask_status(token);
}

void ApiDesk::store_check(http::RequestId id, bool begin) {
  const auto token = answers_.expect([this, id](const core::Release& release) {
    respond_(id, json_response(200, api::store_check_json(std::get<core::StoreCheckReport>(release.answer))));
  });
  loop_.input(core::StoreCheckAsked{token, begin});
}

void ApiDesk::store_stats(http::RequestId id) {
  read_stats_(answers_.expect([this, id](const core::Release& release) {
    const auto& result = std::get<journal::StatsResult>(release.answer);
    if (result.reason.empty()) return respond_(id, json_response(200, api::store_stats_json(result.stats)));
    respond_(id, json_response(503, api::error_json("journal", result.reason)));
  }));
}

void ApiDesk::apply(http::RequestId id, const std::string& body) {
  const auto applied_by = api::read_applied_by(body);
  if (!applied_by)
    return respond_(id, json_response(400, api::error_json(applied_by.error().code, applied_by.error().message)));
  const auto token = expect_verdict(id);
  if (read_on_worker(applied_by.value(), token)) return;
  answers_.release({token, core::Applied{false, {"too much is being applied already, try again"}}});
}

core::Token ApiDesk::expect_verdict(http::RequestId id) {
  return answers_.expect([this, id](const core::Release& release) {
    const auto& applied = std::get<core::Applied>(release.answer);
    respond_(id, json_response(applied.accepted ? 200 : 422, api::applied_json(applied)));
  });
}

void ApiDesk::accept_clock(http::RequestId id, const std::string& body) {
  const auto by = api::read_accepted_by(body);
  if (!by) return respond_(id, json_response(400, api::error_json(by.error().code, by.error().message)));
  loop_.input(core::ClockAccepted{by.value(), expect_verdict(id)});
}

void ApiDesk::apply(const std::string& applied_by) {
  if (!read_on_worker(applied_by, core::nobody)) log(core::LogLevel::warning, "too much is being applied already");
}

/// The job refers to the loop alone: it may still run when this desk is gone.
bool ApiDesk::read_on_worker(std::string applied_by, core::Token token) {
  return worker_.run(
      [&loop = loop_, read = read_config_, by = std::move(applied_by), token] { loop.post(read(by, token)); });
}

}  // namespace chargehook::runtime
