#include "cli/journal_text.hpp"

#include <doctest/doctest.h>

namespace chargehook::cli {
namespace {

using namespace std::chrono_literals;

TEST_CASE("a walk without findings says so in one line") {
  core::StoreCheckReport report;
  report.records_seen = 12'345;
  report.rows_seen = 1;
  CHECK(verify_text(report) == "12,345 events and 1 other row: all is well\n");
}

TEST_CASE("each finding has a line, what is not listed is counted, and the help names the page") {
  core::StoreCheckReport report;
  report.records_seen = 1;
  report.findings.add({journal::Harm::value, "log0 0x2a", "is bad"});
  report.findings.count_more(4);
  CHECK(verify_text(report) ==
        "log0 0x2a: is bad\nand 3 more\n1 event and 0 other rows: 4 findings\n"
        "help: what to do is in damaged-journal.md, in docs/ or /usr/share/doc/chargehook/\n");
}

TEST_CASE("progress is told in percent where the whole is known") {
  core::StoreCheckReport report;
  report.records_seen = 1'500;
  report.records_total = 3'000;
  CHECK(progress_text(report) == "walking through the journal: 50 %, 1,500 of 3,000 events");
  report.records_total = 0;
  CHECK(progress_text(report) == "walking through the journal: 1,500 events");
}

TEST_CASE("numbers of a store stand in columns, closed streams are left out") {
  journal::StoreStats stats;
  const model::WallTime now{1000h};
  stats.format = 1;
  stats.store_id = 77;
  stats.created = now - 50h;
  stats.boots = 1;
  stats.usage = {1000, 123};
  stats.classes[0] = {1'500, 3 << 19, journal::LogPlace{1, now - 90s}, journal::LogPlace{2, now}};
  stats.streams.push_back(
      {"billing", {1, model::EventClass::billing, 2}, false, 5, 1'200, 300, journal::LogPlace{6, now - 60s}, 17});
  stats.streams.push_back({"billing", {1, model::EventClass::billing, 1}, true, 5, 9, 0, std::nullopt, 0});
  CHECK(stats_text(stats, now) ==
        "store 000000000000004d, format 1, made 2 d 2 h ago, opened 1 time\n"
        "16 % full: 123 of 1,000 pages of 4 KiB\n"
        "  class      events  MiB      oldest  newest\n"
        "  billing     1,500  1.5  1 min 30 s     0 s\n"
        "  safety          0  0.0           -       -\n"
        "  state           0  0.0           -       -\n"
        "  telemetry       0  0.0           -       -\n"
        "  stream             counted  waiting at most  oldest  refused or behind\n"
        "  billing billing 2    1,200              300   1 min                 17\n");
}

}  // namespace
}  // namespace chargehook::cli
