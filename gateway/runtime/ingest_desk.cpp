#include "runtime/ingest_desk.hpp"

#include "ingest/intake.hpp"
#include "model/json_text.hpp"
#include "runtime/system_clock.hpp"

namespace chargehook::runtime {

using model::JsonObject;

namespace {

int status_of(const model::Error& error) {
  if (error.code == "content_type") return 415;
  if (error.code == "size") return 413;
  return 400;
}

http::Response stored_response(const core::Stored& stored) {
  http::Response response;
  JsonObject{response.body}.add("id", stored.event_id).add("sequence", std::to_string(stored.sequence)).end();
  return response;
}

http::Response error_response(int status, std::string_view code, std::string_view message) {
  http::Response response;
  response.status = status;
  std::string error;
  JsonObject{error}.add("code", code).add("message", message).end();
  JsonObject{response.body}.add_json("error", error).end();
  return response;
}

http::Response refused_response(const core::Refused& refused) {
  if (refused.retry == core::Retry::never) {
    return error_response(refused.code == "size" ? 413 : 422, refused.code, refused.reason);
  }
  auto response = error_response(503, "busy", refused.reason);
  response.headers.emplace_back("Retry-After", std::to_string(refused.retry_after.count()));
  return response;
}

}  // namespace

IngestDesk::IngestDesk(model::Site site, CoreLoop& loop, Answers& answers, Respond respond)
    : site_(std::move(site)), loop_(loop), answers_(answers), respond_(std::move(respond)) {}

void IngestDesk::refuse(http::RequestId id, int status, std::string_view code, std::string_view message) {
  respond_(id, error_response(status, code, message));
}

void IngestDesk::handle(http::Request request) {
  if (request.target != "/events") return refuse(request.id, 404, "target", "events are posted to /events");
  if (request.method != "POST") return refuse(request.id, 405, "method", "use POST");
  auto event = ingest::read_cloud_event(site_, request.content_type, request.body, read_clocks());
  if (!event) return refuse(request.id, status_of(event.error()), event.error().code, event.error().message);
  const auto token = answers_.expect([this, id = request.id](const core::Release& release) {
    const auto* stored = std::get_if<core::Stored>(&release.answer);
    respond_(id,
             stored != nullptr ? stored_response(*stored) : refused_response(std::get<core::Refused>(release.answer)));
  });
  loop_.input(core::EventSeen{std::move(event).value(), token});
}

}  // namespace chargehook::runtime
