#include "cli/clock_commands.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <ctime>

#include "api/apply_json.hpp"
#include "api/status_json.hpp"
#include "cli/client.hpp"
#include "cli/clock_text.hpp"
#include "http/io/unix_client.hpp"
#include "model/json_text.hpp"

namespace chargehook::cli {

using namespace std::chrono_literals;

namespace {

constexpr auto patience = 5s;

struct Asked {
  std::string body;
  api::StatusAnswer answer;
};

model::Result<Asked> ask_status(const std::string& runtime_dir) {
  BOOST_OUTCOME_TRY(auto response,
                    http::io::call(api_socket(runtime_dir), {{}, "GET", "/v1/status", {}, {}}, patience));
  BOOST_OUTCOME_TRY(auto answer, api::read_status(response.body));
  return Asked{std::move(response.body), std::move(answer)};
}

int show(const ClockOptions& options) {
  const auto asked = ask_status(options.runtime_dir);
  if (!asked) return explain(asked.error());
  const auto& report = asked.value().answer.report;
  if (options.json) {
    std::printf("%s\n", api::clock_only(asked.value().body).c_str());
  } else {
    std::fputs(clock_text(report, local_time).c_str(), stdout);
  }
  return report.clock.quality == model::TimeQuality::unknown ? has_problems : 0;
}

int accept(const ClockOptions& options) {
  http::Request request{{}, "POST", "/v1/clock/accept", "application/json", {}};
  model::JsonObject{request.body}.add("accepted_by", user_name()).end();
  const auto response = http::io::call(api_socket(options.runtime_dir), request, patience);
  if (!response) return explain(response.error());
  const auto answer = api::read_applied(response.value().body);
  if (!answer) return explain(answer.error());
  if (options.json) {
    std::printf("%s\n", response.value().body.c_str());
  } else {
    if (!answer.value().accepted) std::printf("refused:\n");
    for (const auto& line : answer.value().lines) std::printf("%s\n", line.c_str());
  }
  return answer.value().accepted ? 0 : refused;
}

int refuse(const std::string& error, const std::string& help) {
  std::fprintf(stderr, "error: %s\nhelp: %s\n", error.c_str(), help.c_str());
  return refused;
}

/// The moment that has these digits in the time zone of this machine.
model::WallTime from_local(model::WallTime digits) {
  const std::time_t seconds = model::unix_seconds(digits);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  parts.tm_isdst = -1;
  return model::WallTime{std::chrono::seconds{std::mktime(&parts)}};
}

int set_machine(model::WallTime time) {
  const timespec wanted{.tv_sec = model::unix_seconds(time), .tv_nsec = 0};
  if (clock_settime(CLOCK_REALTIME, &wanted) == 0) return 0;
  if (errno == EPERM)
    return refuse("setting this machine's clock needs root (CAP_SYS_TIME)", "sudo chargehook clock set …");
  return refuse(std::string{"setting this machine's clock: "} + std::strerror(errno),
                "timedatectl shows who else sets it");
}

int set(const ClockOptions& options) {
  const auto written = read_written_time(options.time, local_time(std::chrono::system_clock::now()).substr(0, 10));
  if (!written)
    return refuse("\"" + options.time + "\" is no time", "write \"2026-11-24 14:02\", or 2026-11-24T13:02:00Z");
  const auto time = written->is_local ? from_local(written->time) : written->time;
  if (time < model::earliest_time) return refuse(model::to_rfc3339(time) + " is long past", "write the year in full");
  const auto asked = ask_status(options.runtime_dir);
  if (asked && asked.value().answer.report.clock.quality == model::TimeQuality::synced) {
    return refuse("this machine's clock is kept right by its own synchronisation", "chargehook clock");
  }
  if (const int failed = set_machine(time); failed != 0) return failed;
  return accept(options);
}

}  // namespace

int run_clock(const ClockOptions& options) {
  switch (options.action) {
    case ClockAction::show:
      return show(options);
    case ClockAction::set:
      return set(options);
    case ClockAction::accept:
      return accept(options);
  }
  return refused;
}

}  // namespace chargehook::cli
