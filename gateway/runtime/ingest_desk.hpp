/// Answers local systems that hand in events: POST /events, one CloudEvent, answered when it is durable.
/// One thread (the core's). docs/ingest.md describes it for those who write such a system.
#pragma once

#include <functional>

#include "http/message.hpp"
#include "model/site.hpp"
#include "runtime/answers.hpp"
#include "runtime/core_loop.hpp"

namespace chargehook::runtime {

class IngestDesk {
 public:
  using Respond = std::function<void(http::RequestId, http::Response)>;

  IngestDesk(model::Site site, CoreLoop& loop, Answers& answers, Respond respond);

  /// 200 with event id and sequence once durable · what is wrong with it every time: 400 · 404 · 405 · 413 · 415 ·
  /// 422 · what to send again: 503 with Retry-After
  void handle(http::Request request);

 private:
  void refuse(http::RequestId id, int status, std::string_view code, std::string_view message);

  model::Site site_;
  CoreLoop& loop_;
  Answers& answers_;
  Respond respond_;
};

}  // namespace chargehook::runtime
