/// Answers the command line: GET /v1/status, POST /v1/apply, the journal's walk and numbers, POST /v1/clock/accept.
/// docs/api.md. One thread (the core's).
#pragma once

#include <functional>
#include <string>

#include "http/message.hpp"
#include "runtime/answers.hpp"
#include "runtime/core_loop.hpp"
#include "runtime/worker.hpp"

namespace chargehook::runtime {

class ApiDesk {
 public:
  using Respond = std::function<void(http::RequestId, http::Response)>;
  /// Reads and checks the configuration folder: ConfigReady or ConfigRejected. Runs on the worker.
  using ReadConfig = std::function<core::Input(std::string applied_by, core::Token token)>;

  /// Reads the store's numbers and then releases the token with a journal::StatsResult.
  using ReadStats = std::function<void(core::Token)>;

  /// @param config_dir where the configuration files are, absolute: part of the status
  ApiDesk(CoreLoop& loop, Answers& answers, Worker& worker, std::string config_dir, ReadConfig read_config,
          ReadStats read_stats, Respond respond);

  void handle(http::Request request);

  /// As POST /v1/apply, with nobody waiting for the answer (SIGHUP).
  void apply(const std::string& applied_by);

 private:
  void status(http::RequestId id);
  void apply(http::RequestId id, const std::string& body);
  void store_check(http::RequestId id, bool begin);
  void store_stats(http::RequestId id);
  void accept_clock(http::RequestId id, const std::string& body);
  [[nodiscard]] core::Token expect_verdict(http::RequestId id);
  [[nodiscard]] bool read_on_worker(std::string applied_by, core::Token token);

  CoreLoop& loop_;
  Answers& answers_;
  Worker& worker_;
  std::string config_dir_;
  ReadConfig read_config_;
  ReadStats read_stats_;
  Respond respond_;
};

}  // namespace chargehook::runtime
