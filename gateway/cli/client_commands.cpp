#include "cli/client_commands.hpp"

#include <pwd.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

#include "api/apply_json.hpp"
#include "http/io/unix_client.hpp"
#include "model/json_text.hpp"

namespace chargehook::cli {

using namespace std::chrono_literals;

namespace {

constexpr int refused = 2;
constexpr int no_gateway = 3;
constexpr auto apply_patience = 30s;  // a large configuration on a small machine
constexpr auto status_patience = 5s;

/// Who is at the keyboard: also behind sudo.
std::string user_name() {
  if (const char* name = std::getenv("SUDO_USER"); name != nullptr && *name != '\0') return name;
  const passwd* entry = getpwuid(getuid());
  return entry != nullptr ? entry->pw_name : std::to_string(getuid());
}

int explain(const model::Error& error) {
  std::fprintf(stderr, "no gateway answers: %s\nhelp: systemctl status chargehook\n", error.message.c_str());
  return no_gateway;
}

}  // namespace

std::string api_socket(const std::string& runtime_dir) { return runtime_dir + "/api.sock"; }

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
  std::printf("%s\n", response.value().body.c_str());
  return 0;
}

}  // namespace chargehook::cli
