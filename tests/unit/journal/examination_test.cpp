#include "journal/verify/examination.hpp"

#include <doctest/doctest.h>

#include <csignal>

#include "journal/verify/unclean_starts.hpp"

namespace chargehook::journal {
namespace {

using namespace std::chrono_literals;

Examination told(const std::string& lines) {
  Examination examination;
  std::string_view rest = lines;
  for (auto end = rest.find('\n'); end != std::string_view::npos; end = rest.find('\n')) {
    read_line(rest.substr(0, end), examination);
    rest.remove_prefix(end + 1);
  }
  return examination;
}

constexpr ChildEnd well{ChildEnd::Kind::exited, 0};

TEST_CASE("what one process tells of a store another reads") {
  const Finding finding{Harm::row, "kv rules/a", "the bytes are\tnot\nthose that were written"};
  const auto read = told(whole_line() + progress_line(12, 40, 3) + finding_line(finding) + end_line());
  CHECK(read.is_whole);
  CHECK(read.is_complete);
  CHECK(read.records_seen == 12);
  CHECK(read.records_total == 40);
  CHECK(read.rows_seen == 3);
  REQUIRE(read.findings.count() == 1);
  CHECK(read.findings.kept().front() == Finding{Harm::row, "kv rules/a", "the bytes are not those that were written"});
}

TEST_CASE("lines that nobody wrote harm nothing") {
  for (const char* line : {"", "F", "F 9", "F 9 a\tb", "P", "P x y", "R", "R format", "Z", "E E", "\t\t"}) {
    Examination examination;
    read_line(line, examination);
    CHECK(examination.records_seen == 0);
  }
}

TEST_CASE("a start goes on with a sound store, and with one that has a bad record") {
  CHECK(judge(told(end_line()), well).kind == Verdict::Kind::sound);
  CHECK(judge(told(end_line()), well).why.empty());
  const auto bad = judge(told(finding_line({Harm::value, "log0 0x2a", "is bad"}) + end_line()), well);
  CHECK(bad.kind == Verdict::Kind::sound);
  CHECK(bad.why == "log0 0x2a: is bad");
}

TEST_CASE("a row that the start needs, or pages that contradict each other, have the store replaced") {
  for (const auto harm : {Harm::row, Harm::structure}) {
    const auto verdict = judge(told(finding_line({Harm::value, "log0 0x01", "is bad"}) +
                                    finding_line({harm, "kv a", "is worse"}) + end_line()),
                               well);
    CHECK(verdict.kind == Verdict::Kind::replace);
    CHECK(verdict.why == "kv a: is worse");
  }
}

TEST_CASE("a death while looking is a verdict") {
  const auto verdict = judge(told(progress_line(5, 9, 1)), {ChildEnd::Kind::signalled, SIGBUS});
  CHECK(verdict.kind == Verdict::Kind::replace);
  CHECK(verdict.why.find("SIGBUS") != std::string::npos);
  CHECK(judge({}, {ChildEnd::Kind::silent, 0}).kind == Verdict::Kind::replace);
  CHECK(judge({}, well).kind == Verdict::Kind::replace);
}

TEST_CASE("a look that somebody else ended says nothing about the store: the start is refused, and tried again") {
  for (const int number : {SIGKILL, SIGTERM, SIGHUP}) {
    const auto verdict = judge(told(finding_line({Harm::row, "kv a", "is bad"})), {ChildEnd::Kind::signalled, number});
    CHECK(verdict.kind == Verdict::Kind::refuse);
    CHECK(verdict.why.find("signal " + std::to_string(number)) != std::string::npos);
  }
}

TEST_CASE("a store of a newer format is left alone, and so is one that nobody could look at") {
  CHECK(judge(told(refusal_line("format", "has format 2")), well).kind == Verdict::Kind::refuse);
  CHECK(judge(told(refusal_line("io", "Permission denied")), well).kind == Verdict::Kind::refuse);
  CHECK(judge({}, {ChildEnd::Kind::not_started, ENOMEM}).kind == Verdict::Kind::sound);
}

BootRow opened(std::chrono::minutes before, bool clean = false) {
  BootRow row;
  row.boot_uuid = {1};
  row.opened_boot = model::BootTime{10h - before};
  row.opened_wall = model::WallTime{1000h - before};
  if (clean) row.clean_stop = row.opened_wall + 1min;
  return row;
}

TEST_CASE("three openings within ten minutes without an end in order are runs that keep failing") {
  const model::Now now{model::WallTime{1000h}, model::BootTime{10h}, model::TimeQuality::synced};
  const BootUuid here{1};
  CHECK(keeps_failing({opened(9min), opened(5min), opened(1min)}, now, here));
  CHECK(keeps_failing({opened(500min, true), opened(9min), opened(5min), opened(1min)}, now, here));
  CHECK_FALSE(keeps_failing({opened(11min), opened(5min), opened(1min)}, now, here));
  CHECK_FALSE(keeps_failing({opened(9min), opened(5min, true), opened(1min)}, now, here));
  CHECK_FALSE(keeps_failing({opened(5min), opened(1min)}, now, here));
  CHECK(keeps_failing({opened(9min), opened(5min), opened(1min)}, now, BootUuid{2}));
}

}  // namespace
}  // namespace chargehook::journal
