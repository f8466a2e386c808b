#include "cli/client.hpp"

#include <pwd.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <ctime>

namespace chargehook::cli {

std::string api_socket(const std::string& runtime_dir) { return runtime_dir + "/api.sock"; }

std::string user_name() {
  if (const char* name = std::getenv("SUDO_USER"); name != nullptr && *name != '\0') return name;
  const passwd* entry = getpwuid(getuid());
  return entry != nullptr ? entry->pw_name : std::to_string(getuid());
}

int explain(const model::Error& error) {
  std::fprintf(stderr, "no gateway answers: %s\nhelp: systemctl status chargehook\n", error.message.c_str());
  return no_gateway;
}

std::string local_time(model::WallTime time) {
  const std::time_t seconds = model::unix_seconds(time);
  std::tm parts{};
  localtime_r(&seconds, &parts);
  char text[32];
  return {text, std::strftime(text, sizeof text, "%Y-%m-%d %H:%M", &parts)};
}

}  // namespace chargehook::cli
