#include "cli/journal_commands.hpp"

#include <chrono>
#include <cstdio>
#include <optional>
#include <thread>
#include <utility>

#include "api/store_json.hpp"
#include "cli/client_commands.hpp"
#include "cli/journal_access.hpp"
#include "cli/journal_text.hpp"
#include "cli/progress.hpp"
#include "http/io/unix_client.hpp"
#include "journal/io/child_process.hpp"
#include "journal/verify/examination.hpp"

namespace chargehook::cli {

using namespace std::chrono_literals;

namespace {

constexpr int damaged = 1;
constexpr auto patience = 10s;
constexpr auto between_questions = 200ms;
constexpr auto longest_trouble = 60s;  // without getting on: the journal may be reopened meanwhile

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

/// Until it has ended, or the journal could not be read for too long.
model::Result<core::StoreCheckReport> follow_walk(const VerifyOptions& options) {
  Progress progress;
  auto last_well = std::chrono::steady_clock::now();
  std::uint64_t last_seen = 0;
  auto report = ask_walk(options, "POST");
  while (report && report.value().running) {
    const auto now = std::chrono::steady_clock::now();
    const auto seen = report.value().records_seen + report.value().rows_seen;
    if (std::exchange(last_seen, seen) != seen) last_well = now;
    if (now - last_well > longest_trouble) break;
    progress.show(progress_text(report.value()));
    std::this_thread::sleep_for(between_questions);
    report = ask_walk(options, "GET");
  }
  return report;
}

int verify_running(const VerifyOptions& options) {
  const auto report = follow_walk(options);
  if (!report) return explain_silence(options, report.error());
  if (report.value().running) {
    const std::string& reason = report.value().reason;
    std::fprintf(stderr, "the journal cannot be read: %s\n",
                 reason.empty() ? "its disk does not answer" : reason.c_str());
    return not_looked_at;
  }
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
                                   progress.show(progress_text(report_of(examination)));
                                 });
  }
  if (examination.refusal_code == "locked") return verify_running(options);
  if (const auto why = why_not_looked_at(end, examination)) return say_why(*why);
  return show(report_of(examination), options.json);
}

namespace {

model::Result<journal::StoreStats> stats_of_running(const StatsOptions& options) {
  const http::Request request{{}, "GET", "/v1/journal/stats", {}, {}};
  BOOST_OUTCOME_TRY(const auto response, http::io::call(api_socket(options.runtime_dir), request, patience));
  return api::read_store_stats(response.body);
}

model::Result<journal::StoreStats> stats_of_stopped(const StatsOptions& options) {
  journal::Examination examination;
  std::string counted;
  const auto end =
      journal::io::run_child({.words = {"count-store", journal_folder(options)}}, [&](std::string_view line) {
        line.starts_with('{') ? void(counted = line) : journal::read_line(line, examination);
      });
  if (auto why = why_not_looked_at(end, examination)) return std::move(*why);
  if (!counted.empty()) return api::read_store_stats(counted);
  const auto& found = examination.findings.kept();
  return model::Error{"damaged",
                      found.empty() ? "counting what the journal holds said nothing" : text_of(found.front())};
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
