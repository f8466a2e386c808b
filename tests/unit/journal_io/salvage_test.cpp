#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>

#include "journal/format/bytes.hpp"
#include "journal/format/lmdb_page.hpp"
#include "journal/imported_ranges.hpp"
#include "journal/io/examine_store.hpp"
#include "journal/io/salvage_store.hpp"
#include "journal/io/store_creation.hpp"
#include "journal/verify/examination.hpp"
#include "store_fixture.hpp"

namespace chargehook::journal::io::test {
namespace {

/// Counts everything, and chains without a hash.
Counting counting() {
  Counting made;
  made.matcher = [](const model::StreamRow&, std::string_view) {
    return [](std::string_view, std::string_view) { return true; };
  };
  made.begin = [](std::uint64_t store_id, std::string_view, const model::StreamId& id) {
    model::ChainHash hash{};
    hash[0] = static_cast<std::uint8_t>(store_id);
    hash[1] = static_cast<std::uint8_t>(id.generation);
    return hash;
  };
  made.link = [](const model::ChainHash& previous, std::uint64_t n, std::string_view) {
    auto hash = previous;
    hash[2] = static_cast<std::uint8_t>(n);
    return hash;
  };
  return made;
}

Examination examine(const TemporaryFolder& folder, Extent extent = Extent::whole) {
  Examination examination;
  ExamineOptions how;
  how.folder = folder.store();
  how.extent = extent;
  how.counting = counting();
  examine_store(how, [&](std::string_view line) { read_line(line.substr(0, line.size() - 1), examination); });
  return examination;
}

Examination salvage(const TemporaryFolder& folder) {
  Examination examination;
  SalvageOptions how;
  how.folder = folder.store();
  how.size_bytes = 8U << 20;
  how.now = moment(9);
  how.store_id = 88;
  how.counting = counting();
  salvage_store(how, [&](std::string_view line) { read_line(line.substr(0, line.size() - 1), examination); });
  return examination;
}

enum class Passed { done, although_not_done };

/// 600 records, of which some are long, and a stream that has done the first 100, maybe but for the 42nd.
void fill(const TemporaryFolder& folder, Passed passed = Passed::done) {
  auto opened = open_store(options(folder));
  for (model::Sequence first = 1; first <= 600; first += 50) {
    Batch batch = batch_from(first, 50, model::EventClass::state, first == 301 ? 5000 : 300);
    if (first == 1) {
      batch.kv.push_back({"config/endpoints/billing", "7"});
      batch.kv.push_back({"rules/a", "state"});
    }
    if (first == 101) {
      model::StreamRow row{{7, model::EventClass::state, 1}, "all", 0, {100, 100, {}}, false};
      row.cursor.hash = counting().begin(77, "billing", row.id);
      row.cursor.hash[2] = 100;
      batch.streams.push_back(row);
      model::PendRow waiting{row.id, 42, 42, {}, model::key_hash(batch.records.front()->event.partition_key), {}, {}};
      waiting.before = counting().begin(77, "billing", row.id);
      waiting.before[2] = 41;
      if (passed == Passed::although_not_done) batch.pend.push_back({row.id, 42, waiting});
    }
    REQUIRE(opened.journal->commit(batch).status == CommitStatus::committed);
  }
  opened.journal->mark_clean_stop(moment(8));
}

void overwrite(const std::string& path, std::uint64_t offset, const std::string& bytes) {
  std::fstream file{path, std::ios::in | std::ios::out | std::ios::binary};
  file.seekp(static_cast<std::streamoff>(offset));
  file << bytes;
  REQUIRE(file.good());
}

std::string content_of(const std::string& path) {
  std::ifstream file{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{file}, {}};
}

/// The pages on which the text is, by number.
std::vector<std::uint64_t> pages_with(const std::string& content, const std::string& text) {
  std::vector<std::uint64_t> pages;
  for (auto at = content.find(text); at != std::string::npos; at = content.find(text, at + 1)) {
    pages.push_back(at / lmdb_page_bytes);
  }
  return pages;
}

TEST_CASE("a sound store is found sound, whether its ends or all of it are looked at") {
  const TemporaryFolder folder;
  fill(folder);
  for (const auto extent : {Extent::ends, Extent::whole}) {
    const auto found = examine(folder, extent);
    INFO((found.findings.count() > 0 ? text_of(found.findings.kept().front()) : found.refusal));
    CHECK(found.is_complete);
    CHECK(found.findings.count() == 0);
    CHECK(found.records_seen == 600);
  }
}

TEST_CASE("a flipped bit in a record is named, and the store goes on with it") {
  const TemporaryFolder folder;
  fill(folder);
  const auto content = content_of(folder.file());
  for (const auto at : pages_with(content, "evt_number_250")) {
    const auto offset = content.find("evt_number_250", at * lmdb_page_bytes);
    overwrite(folder.file(), offset, "evt_numbex_250");
  }
  const auto found = examine(folder);
  REQUIRE(found.findings.count() == 1);
  CHECK(found.findings.kept().front().harm == Harm::value);
  CHECK(found.findings.kept().front().where == "log2 0x00000000000000fa");
  CHECK(judge(found, {}).kind == Verdict::Kind::sound);
}

TEST_CASE("of a store with a page zeroed all else is carried over, with ids and origins, and streams begin again") {
  const TemporaryFolder folder;
  fill(folder);
  const auto content = content_of(folder.file());
  for (const auto page : pages_with(content, "evt_number_250")) {
    overwrite(folder.file(), page * lmdb_page_bytes, std::string(lmdb_page_bytes, '\0'));
  }
  const auto salvaged = salvage(folder);  // to look at it would end this process: tests/rigs/damage
  INFO(salvaged.refusal);
  REQUIRE(salvaged.is_complete);
  CHECK(salvaged.records_seen < 600);
  CHECK(salvaged.records_seen > 580);
  REQUIRE(salvaged.findings.count() == 1);
  REQUIRE(put_in_place(folder.store()));

  const auto after = examine(folder);
  INFO((after.findings.count() > 0 ? text_of(after.findings.kept().front()) : after.refusal));
  CHECK(after.findings.count() == 0);
  const auto opened = open_store(options(folder));
  CHECK(opened.state.store_id == 88);
  CHECK(opened.state.kv.at("rules/a") == "state");
  CHECK(opened.state.next_sequence > 601);
  REQUIRE(opened.state.streams.size() == 1);
  const auto& stream = opened.state.streams.front();
  CHECK(stream.id.generation == 2);
  CHECK(stream.cursor.n == 0);
  CHECK(stream.start == 700);  // the first hundred are done: sequences go on above 600
  const auto records = read_all(*opened.journal);
  REQUIRE(records.size() == salvaged.records_seen);
  CHECK(records.front()->origin == Origin{77, 1});
  CHECK(records.front()->event.id == "evt_number_1");
  CHECK(records.front()->sequence == 601);
  CHECK(records.back()->origin == Origin{77, 600});
  ImportedRanges imported{opened.state.imported};
  CHECK(opened.state.imported.size() == 2);
  for (const auto& each : records) CHECK(imported.covers(77, each->origin->sequence));
  CHECK_FALSE(imported.covers(77, 250));
  CHECK(records.back()->event.data.size() == record(600, 600)->event.data.size());
}

TEST_CASE("after damage a stream begins before what its cursor had passed although it was not done") {
  const TemporaryFolder folder;
  fill(folder, Passed::although_not_done);
  CHECK(examine(folder).findings.count() == 0);
  const auto content = content_of(folder.file());
  for (const auto page : pages_with(content, "evt_number_250")) {
    overwrite(folder.file(), page * lmdb_page_bytes, std::string(lmdb_page_bytes, '\0'));
  }
  REQUIRE(salvage(folder).is_complete);
  REQUIRE(put_in_place(folder.store()));
  const auto opened = open_store(options(folder));
  REQUIRE(opened.state.streams.size() == 1);
  CHECK(opened.state.streams.front().start == 600 + 41);
  CHECK(opened.state.pend.empty());
}

/// As if the disk had lost the last write of the page that ends with this key: it is as it was before that came.
void forget_last_entry(const std::string& path, const std::string& key) {
  constexpr std::size_t end_of_slots_at = 12;
  constexpr std::size_t node_header_bytes = 8;
  const auto content = content_of(path);
  for (std::size_t page = 2 * lmdb_page_bytes; page < content.size(); page += lmdb_page_bytes) {
    const std::string_view bytes = std::string_view{content}.substr(page, lmdb_page_bytes);
    const std::size_t end = ByteReader{bytes.substr(end_of_slots_at)}.u16();
    if (!is_lmdb_leaf(bytes) || end <= lmdb_page_header_bytes || end > bytes.size()) continue;
    const std::size_t node = ByteReader{bytes.substr(end - 2)}.u16();
    if (node > bytes.size()) continue;
    if (!bytes.substr(node).substr(0, node_header_bytes + key.size()).ends_with(key)) continue;
    std::size_t begin_of_nodes = bytes.size();
    for (std::size_t slot = lmdb_page_header_bytes; slot < end - 2; slot += 2) {
      begin_of_nodes = std::min<std::size_t>(begin_of_nodes, ByteReader{bytes.substr(slot)}.u16());
    }
    std::string before;
    ByteWriter{before}.u16(static_cast<std::uint16_t>(end - 2)).u16(static_cast<std::uint16_t>(begin_of_nodes));
    overwrite(path, page + end_of_slots_at, before);
    overwrite(path, page + end - 2, std::string(2, '\0'));
  }
}

TEST_CASE("a last page that is an older state of itself is found out, and no sequence is given again") {
  const TemporaryFolder folder;
  fill(folder);
  forget_last_entry(folder.file(), key_u64(600));
  const auto found = examine(folder);
  INFO((found.findings.count() > 0 ? text_of(found.findings.kept().front()) : found.refusal));
  REQUIRE(found.findings.count() == 1);
  CHECK(text_of(found.findings.kept().front()) == "log2: has 599 records by their numbers, and 600 by its root");

  const auto salvaged = salvage(folder);
  REQUIRE(salvaged.is_complete);
  CHECK(salvaged.records_seen == 599);
  REQUIRE(put_in_place(folder.store()));
  CHECK(examine(folder).findings.count() == 0);
  const auto opened = open_store(options(folder));
  CHECK(read_all(*opened.journal).front()->sequence == 600 + 1'000'000 + 600);
  CHECK(opened.state.next_sequence == 600 + 1'000'000 + 600 + 599);
}

TEST_CASE("of a store whose first pages are gone all records are found all the same") {
  const TemporaryFolder folder;
  fill(folder);
  overwrite(folder.file(), 0, std::string(2 * lmdb_page_bytes, '\0'));
  const auto salvaged = salvage(folder);
  REQUIRE(salvaged.is_complete);
  CHECK(salvaged.records_seen == 600);
  REQUIRE(put_in_place(folder.store()));
  CHECK(examine(folder).findings.count() == 0);
  CHECK(open_store(options(folder)).state.next_sequence > 1'000'600);
}

TEST_CASE("of a store that was cut off before its first row nothing is left, and another begins") {
  for (const std::uint64_t pages : {1U, 2U, 3U}) {
    CAPTURE(pages);
    const TemporaryFolder folder;
    fill(folder);
    std::filesystem::resize_file(folder.file(), pages * lmdb_page_bytes);
    if (pages == 3) overwrite(folder.file(), 2 * lmdb_page_bytes, std::string(lmdb_page_bytes, 'x'));
    CHECK(judge(examine(folder), {}).kind == Verdict::Kind::replace);
    const auto salvaged = salvage(folder);
    CHECK(salvaged.refusal == "");
    CHECK(salvaged.is_complete);
    CHECK(salvaged.records_seen == 0);
  }
}

TEST_CASE("a row whose flags are damaged is found all the same") {
  for (const char flags : {'\1', '\2', '\3'}) {
    CAPTURE(static_cast<int>(flags));
    const TemporaryFolder folder;
    fill(folder);
    // A node's flags stand 4 bytes behind its begin, its key 8 bytes.
    const auto content = content_of(folder.file());
    for (auto at = content.find(key_u64(150)); at != std::string::npos; at = content.find(key_u64(150), at + 1)) {
      overwrite(folder.file(), at - 4, std::string(1, flags));
    }
    CHECK(judge(examine(folder), {}).kind == Verdict::Kind::replace);
    const auto salvaged = salvage(folder);
    REQUIRE(salvaged.is_complete);
    CHECK(salvaged.records_seen == 600);
  }
}

TEST_CASE("an empty file gives an empty store, and a file of somebody else is left alone") {
  const TemporaryFolder folder;
  fill(folder);
  std::filesystem::resize_file(folder.file(), 0);
  CHECK(judge(examine(folder), {}).kind == Verdict::Kind::replace);
  CHECK(salvage(folder).is_complete);
  std::ofstream{folder.file()} << std::string(20'000, 'x');
  CHECK(salvage(folder).refusal_code == "not_a_store");
}

TEST_CASE("a store that comes to another machine gets another id, and its streams begin again where they were") {
  const TemporaryFolder folder;
  auto how = options(folder);
  how.machine = 1;
  how.counting = counting();
  {
    auto opened = open_store(how);
    Batch batch = batch_from(1, 3);
    batch.kv.push_back({"config/endpoints/billing", "7"});
    const model::StreamId stream{7, model::EventClass::state, 4};
    batch.streams.push_back({stream, "all", 0, {2, 2, {}}, false});
    batch.streams.push_back({{7, model::EventClass::billing, 1}, "all", 0, {3, 0, {}}, false});
    batch.pend.push_back({stream, 2, model::PendRow{stream, 2, 2, {}, 5, {}, {}}});
    REQUIRE(opened.journal->commit(batch).status == CommitStatus::committed);
  }
  CHECK_FALSE(open_store(how).state.change);
  how.machine = 2;
  how.store_id = 99;
  const auto opened = open_store(how);
  REQUIRE(opened.state.change);
  CHECK(opened.state.change->reason == OriginReason::machine);
  CHECK(opened.state.store_id == 99);
  REQUIRE(opened.state.streams.size() == 2);
  CHECK(opened.state.streams.front().start == 3);
  CHECK(opened.state.streams.back().id.generation == 5);
  CHECK(opened.state.streams.back().start == 1);  // before what was passed although it was not done
  CHECK(opened.state.streams.back().cursor.n == 0);
  CHECK(opened.state.pend.empty());
  CHECK(opened.state.next_sequence == 4);
}

}  // namespace
}  // namespace chargehook::journal::io::test
