#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <string>
#include <vector>

#include "journal/format/export_line.hpp"
#include "journal/io/export_store.hpp"
#include "store_fixture.hpp"

namespace chargehook::journal::io {
namespace {

using namespace test;
using model::EventClass;

/// The records of a stretch, one class after the other, with data that is JSON.
Batch events(model::Sequence first, int count, std::size_t data_bytes = 20) {
  Batch batch;
  for (int index = 0; index < count; ++index) {
    const auto sequence = first + static_cast<model::Sequence>(index);
    const auto event_class = static_cast<EventClass>(sequence % 4);
    auto made = std::make_shared<Record>(*record(sequence, (sequence + 3) / 4, event_class));
    made->event.data = R"({"a":")" + std::string(data_bytes, 'x') + "\"}";
    batch.records.push_back(made);
  }
  return batch;
}

std::vector<ExportLine> lines_of(const ExportPage& page) {
  std::vector<ExportLine> out;
  for (std::size_t begin = 0; begin < page.lines.size();) {
    const auto end = page.lines.find('\n', begin);
    REQUIRE(end != std::string::npos);
    const auto line = read_export_line(std::string_view{page.lines}.substr(begin, end - begin));
    INFO((line ? std::string{} : line.error().message));
    REQUIRE(line.has_value());
    out.push_back(line.value());
    begin = end + 1;
  }
  CHECK(out.size() == page.end.events);
  return out;
}

/// All pages of a store, one after the other.
std::vector<ExportLine> export_all(LmdbJournal& journal, model::Sequence after = 0) {
  std::vector<ExportLine> out;
  for (ExportRequest request{after, std::nullopt};;) {
    const auto page = journal.export_page(request);
    REQUIRE(page.refusal.code.empty());
    CHECK(page.lines.size() < 3 * export_page_bytes_max);
    std::ranges::copy(lines_of(page), std::back_inserter(out));
    if (page.end.is_last) return out;
    REQUIRE(page.end.after > request.after);
    request.after = page.end.after;
  }
}

}  // namespace

TEST_CASE("all records of the four logs come in the order of their sequence, each naming the one before it") {
  const TemporaryFolder folder;
  auto opened = open_store(options(folder));
  REQUIRE(opened.journal->commit(events(1, 1000)).status == CommitStatus::committed);
  const auto lines = export_all(*opened.journal);
  REQUIRE(lines.size() == 1000);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    CHECK(lines[i].sequence == i + 1);
    CHECK(lines[i].previous == i);
    CHECK(lines[i].store_id == 77);
  }
  CHECK(lines[4].event == events(5, 1).records.front()->event);
  CHECK(export_all(*opened.journal, 990).size() == 10);
  CHECK(export_all(*opened.journal, 990).front().previous == 990);
  CHECK(export_all(*opened.journal, UINT64_MAX).empty());
}

TEST_CASE("a page is bounded by its bytes, and holds one record at least") {
  const TemporaryFolder folder;
  auto opened = open_store(options(folder));
  REQUIRE(opened.journal->commit(events(1, 20, 50'000)).status == CommitStatus::committed);
  const auto page = opened.journal->export_page({});
  CHECK(page.end.events == 5);
  CHECK_FALSE(page.end.is_last);
  CHECK(export_all(*opened.journal).size() == 20);
}

TEST_CASE("where records of any class are trimmed a line says nothing of what lies before it") {
  const TemporaryFolder folder;
  auto opened = open_store(options(folder));
  REQUIRE(opened.journal->commit(events(1, 40)).status == CommitStatus::committed);
  auto trim = trim_of(20, 2000, EventClass::telemetry);
  REQUIRE(opened.journal->commit(trim).status == CommitStatus::committed);
  auto lines = export_all(*opened.journal);
  REQUIRE(lines.size() == 35);
  CHECK(lines[2].sequence == 4);
  CHECK(lines[2].previous == 3);
  CHECK(lines[14].sequence == 20);
  CHECK(lines[14].previous == 19);
  CHECK(lines[15].sequence == 21);
  CHECK(lines[15].previous == 20);
  CHECK(lines.back().previous == 39);
}

TEST_CASE("a record that does not read well has no line, is named, and no line hides it") {
  const TemporaryFolder folder;
  auto opened = open_store(options(folder));
  auto batch = events(1, 10);
  auto bad = std::make_shared<Record>(*batch.records[4]);
  bad->event.id = "evt_the_bad_one";
  batch.records[4] = bad;
  REQUIRE(opened.journal->commit(batch).status == CommitStatus::committed);
  opened.journal.reset();
  std::fstream file{folder.file(), std::ios::in | std::ios::out | std::ios::binary};
  std::string content{std::istreambuf_iterator<char>{file}, {}};
  for (auto at = content.find("evt_the_bad"); at != std::string::npos; at = content.find("evt_the_bad", at + 1)) {
    file.clear();
    file.seekp(static_cast<std::streamoff>(at));
    file.put('x');
  }
  file.close();
  opened = open_store(options(folder));
  const auto page = opened.journal->export_page({});
  CHECK(page.end.damaged == std::vector<model::Sequence>{5});
  const auto lines = lines_of(page);
  REQUIRE(lines.size() == 9);
  CHECK(lines[4].sequence == 6);
  CHECK(lines[4].previous == 5);
}

TEST_CASE("times that were learned later are in the lines, as a delivery shows them") {
  const TemporaryFolder folder;
  auto opened = open_store(options(folder));
  auto batch = events(1, 2);
  for (auto& each : batch.records) {
    auto uncertain = std::make_shared<Record>(*each);
    uncertain->boot_time = moment(5).boot;
    uncertain->recorded = model::WallTime{std::chrono::seconds{5}};
    uncertain->recorded_quality = model::TimeQuality::unknown;
    uncertain->event.time = model::WallTime{std::chrono::seconds{4}};
    each = uncertain;
  }
  const auto imported = std::make_shared<Record>(*batch.records[1]);
  imported->boot = boot_of_imported;
  imported->origin = Origin{9, 9};
  batch.records[1] = imported;
  batch.imported = {{9, 9, 9}};
  REQUIRE(opened.journal->commit(batch).status == CommitStatus::committed);
  CHECK(export_all(*opened.journal)[0].recorded_quality == model::TimeQuality::unknown);
  Batch learned;
  learned.clock = model::LearnedClock{moment(0).wall.time_since_epoch(), model::TimeQuality::synced,
                                      model::TimeSource::ntp, moment(6).boot};
  REQUIRE(opened.journal->commit(learned).status == CommitStatus::committed);
  const auto lines = export_all(*opened.journal);
  CHECK(lines[0].recorded == moment(5).wall);
  CHECK(lines[0].recorded_quality == model::TimeQuality::corrected);
  CHECK(lines[0].event.time == moment(4).wall);
  CHECK(lines[0].event.time_quality == model::TimeQuality::corrected);
  CHECK(lines[1].event.time == model::WallTime{std::chrono::seconds{4}});
  CHECK(lines[1].recorded_quality == model::TimeQuality::unknown);
  CHECK(lines[1].origin == Origin{9, 9});
}

TEST_CASE("an export goes on with what the same store gave, and with that of no other") {
  const TemporaryFolder folder;
  auto opened = open_store(options(folder));
  REQUIRE(opened.journal->commit(events(1, 10)).status == CommitStatus::committed);
  CHECK(opened.journal->export_page({5, 77}).end.events == 5);
  const auto refused = opened.journal->export_page({5, 78});
  CHECK(refused.refusal.code == "store");
  CHECK(refused.lines.empty());
}

TEST_CASE("a stopped store gives the same lines as one that runs") {
  const TemporaryFolder folder;
  std::string running;
  {
    auto opened = open_store(options(folder));
    REQUIRE(opened.journal->commit(events(1, 700)).status == CommitStatus::committed);
    for (ExportRequest request{}; running.empty() || request.after < 700;) {
      const auto page = opened.journal->export_page(request);
      running += page.lines;
      request.after = page.end.after;
    }
  }
  std::string stopped;
  bool is_complete = false;
  export_store(folder.store(), {}, [&](std::string_view text) {
    if (text.starts_with(R"({"store")")) stopped += text;
    is_complete |= text == "E\n";
  });
  CHECK(is_complete);
  CHECK(stopped == running);
}

TEST_CASE("a store that is not there, and one in use, are refused by their codes") {
  const TemporaryFolder folder;
  std::string told;
  const auto tell = [&](std::string_view text) { told += text; };
  export_store(folder.store(), {}, tell);
  CHECK(told.starts_with("R no_store"));
  auto opened = open_store(options(folder));
  told.clear();
  export_store(folder.store(), {}, tell);
  CHECK(told.starts_with("R locked"));
}

TEST_CASE("rows of imported are written and deleted with their batch, and the next start finds them") {
  const TemporaryFolder folder;
  {
    auto opened = open_store(options(folder));
    CHECK(opened.state.imported.empty());
    auto batch = events(1, 2);
    batch.imported = {{9, 1, 10}, {9, 20, 30}};
    REQUIRE(opened.journal->commit(batch).status == CommitStatus::committed);
    auto merged = events(3, 1);
    merged.imported = {{9, 1, 30}, {9, 20, std::nullopt}};
    REQUIRE(opened.journal->commit(merged).status == CommitStatus::committed);
  }
  CHECK(open_store(options(folder)).state.imported == std::vector<ImportedRow>{{9, 1, 30}});
}

}  // namespace chargehook::journal::io
