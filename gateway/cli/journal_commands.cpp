#include "cli/journal_commands.hpp"

#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <optional>
#include <thread>

#include "api/store_json.hpp"
#include "cli/client_commands.hpp"
#include "cli/journal_text.hpp"
#include "http/io/unix_client.hpp"
#include "journal/examination.hpp"
#include "journal/io/child_process.hpp"
#include "journal/io/stats_reading.hpp"
#include "journal/io/stopped_store.hpp"

namespace chargehook::cli {

using namespace std::chrono_literals;

namespace {

constexpr int damaged = 1;
constexpr int not_looked_at = 3;
constexpr auto patience = 10s;
constexpr auto between_questions = 200ms;

std::string journal_folder(const JournalOptions& options) { return options.state_dir + "/journal"; }

int say_why(const model::Error& error) {
  std::fprintf(stderr, "%s\n", error.message.c_str());
  if (error.code == "no_store") std::fprintf(stderr, "help: --state names the folder that has the folder journal\n");
  if (error.code == "format")
    std::fprintf(stderr, "help: use the version of chargehook that wrote it, or a newer one\n");
  return not_looked_at;
}

int explain_silence(const JournalOptions& options, const model::Error& error) {
  std::fprintf(stderr, "the journal in %s is in use, and its gateway does not answer: %s\n",
               journal_folder(options).c_str(), error.message.c_str());
  std::fprintf(stderr, "help: --runtime names the folder of its sockets; systemctl status chargehook\n");
  return not_looked_at;
}

/// On a terminal only, in one line that is written again and again.
class Progress {
 public:
  void show(const core::StoreCheckReport& report) {
    if (!is_terminal_) return;
    std::fprintf(stderr, "\r\033[K%s", progress_text(report).c_str());
    is_shown_ = true;
  }
  ~Progress() {
    if (is_shown_) std::fprintf(stderr, "\r\033[K");
  }

 private:
  bool is_terminal_ = ::isatty(STDERR_FILENO) == 1;
  bool is_shown_ = false;
};

int show(const core::StoreCheckReport& report, bool json) {
  if (json) {
    std::printf("%s\n", api::store_check_json(report).c_str());
  } else {
    std::fputs(verify_text(report).c_str(), stdout);
  }
  return report.findings.count() == 0 ? 0 : damaged;
}

model::Result<core::StoreCheckReport> ask_walk(const JournalOptions& options, std::string method) {
  http::Request request{{}, std::move(method), "/v1/journal/walk", {}, {}};
  BOOST_OUTCOME_TRY(const auto response, http::io::call(api_socket(options.runtime_dir), request, patience));
  return api::read_store_check(response.body);
}

int verify_running(const VerifyOptions& options) {
  auto report = ask_walk(options, "POST");
  {
    Progress progress;
    while (report && report.value().running) {
      progress.show(report.value());
      std::this_thread::sleep_for(between_questions);
      report = ask_walk(options, "GET");
    }
  }
  if (!report) return explain_silence(options, report.error());
  return show(report.value(), options.json);
}

core::StoreCheckReport report_of(const journal::Examination& examination) {
  core::StoreCheckReport report;
  report.walks = 1;
  report.records_seen = examination.records_seen;
  report.records_total = examination.records_total;
  report.rows_seen = examination.rows_seen;
  report.findings = examination.findings;
  report.ended = std::chrono::system_clock::now();
  return report;
}

}  // namespace

int run_verify(const VerifyOptions& options) {
  journal::Examination examination;
  journal::ChildEnd end;
  {
    Progress progress;
    end = journal::io::run_child({.words = {"examine-store", "--whole", journal_folder(options)}},
                                 [&](std::string_view line) {
                                   journal::read_line(line, examination);
                                   progress.show(report_of(examination));
                                 });
  }
  if (examination.refusal_code == "locked") return verify_running(options);
  if (!examination.refusal_code.empty()) return say_why({examination.refusal_code, examination.refusal});
  if (end.kind == journal::ChildEnd::Kind::not_started) {
    return say_why({"io", "no process can be started to look at the journal"});
  }
  journal::note_end(end, examination);
  return show(report_of(examination), options.json);
}

namespace {

model::Result<journal::StoreStats> stats_of_running(const StatsOptions& options) {
  const http::Request request{{}, "GET", "/v1/journal/stats", {}, {}};
  BOOST_OUTCOME_TRY(const auto response, http::io::call(api_socket(options.runtime_dir), request, patience));
  return api::read_store_stats(response.body);
}

model::Result<journal::StoreStats> stats_of_stopped(const StatsOptions& options) {
  BOOST_OUTCOME_TRY(auto store, journal::io::open_stopped(journal_folder(options)));
  return journal::io::read_stats(store.environment);
}

}  // namespace

int run_stats(const StatsOptions& options) {
  auto stats = stats_of_stopped(options);
  if (!stats && stats.error().code == "locked") {
    stats = stats_of_running(options);
    if (!stats) return explain_silence(options, stats.error());
  }
  if (!stats) return say_why(stats.error());
  if (options.json) {
    std::printf("%s\n", api::store_stats_json(stats.value()).c_str());
  } else {
    std::fputs(stats_text(stats.value(), std::chrono::system_clock::now()).c_str(), stdout);
  }
  return 0;
}

}  // namespace chargehook::cli
