#include "cli/client_commands.hpp"

#include <cstdio>

#include "api/apply_json.hpp"
#include "api/status_json.hpp"
#include "cli/client.hpp"
#include "cli/config_folder.hpp"
#include "cli/status_text.hpp"
#include "http/io/unix_client.hpp"
#include "model/json_text.hpp"

namespace chargehook::cli {

using namespace std::chrono_literals;

namespace {

constexpr auto apply_patience = 30s;  // a large configuration on a small machine
constexpr auto status_patience = 5s;

}  // namespace

int run_apply(const ApplyOptions& options) {
  http::Request request{{}, "POST", "/v1/apply", "application/json", {}};
  model::JsonObject{request.body}.add("applied_by", user_name()).end();
  const auto response = http::io::call(api_socket(options.runtime_dir), request, apply_patience);
  if (!response) return explain(response.error());
  const auto applied = api::read_applied(response.value().body);
  if (!applied) return explain(applied.error());
  if (options.json) {
    std::printf("%s\n", response.value().body.c_str());
  } else {
    if (!applied.value().accepted) std::printf("refused, the running configuration stays:\n");
    for (const auto& line : applied.value().lines) std::printf("%s\n", line.c_str());
  }
  return applied.value().accepted ? 0 : refused;
}

int run_status(const StatusOptions& options) {
  const auto response =
      http::io::call(api_socket(options.runtime_dir), {{}, "GET", "/v1/status", {}, {}}, status_patience);
  if (!response) return explain(response.error());
  const auto answer = api::read_status(response.value().body);
  if (!answer) return explain(answer.error());
  const auto status = status_text(answer.value(), look_at_folder(answer.value()), local_time);
  if (options.json) {
    std::printf("%s\n", response.value().body.c_str());
  } else {
    std::fputs(status.text.c_str(), stdout);
  }
  return status.has_problems ? has_problems : 0;
}

}  // namespace chargehook::cli
