/// Points of streams' chains in the store: written with the cursors, trimmed with the records.
#include <doctest/doctest.h>
#include <lmdb.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

#include "journal/format/lmdb_page.hpp"
#include "journal/format/nmap_row.hpp"
#include "journal/io/chain_point_trim.hpp"
#include "journal/io/page_file.hpp"
#include "plain_lmdb.hpp"
#include "store_fixture.hpp"

namespace chargehook::journal::io {
namespace {

using model::EventClass;
using model::Sequence;
using test::batch_from;
using test::open_store;
using test::options;
using test::TemporaryFolder;
using test::trim_of;

constexpr model::StreamId crm{4, EventClass::state, 1};

void commit(LmdbJournal& journal, const Batch& batch) {
  const CommitResult result = journal.commit(batch);
  INFO(result.reason);
  REQUIRE(result.status == CommitStatus::committed);
}

void with_nmap(const TemporaryFolder& folder, const std::function<void(MDB_txn*, MDB_dbi)>& use) {
  test::with_plain_lmdb(folder, 0, [&](MDB_env*, MDB_txn* transaction) {
    MDB_dbi table = 0;
    REQUIRE(mdb_dbi_open(transaction, "nmap", 0, &table) == 0);
    use(transaction, table);
  });
}

struct Stored {
  model::StreamId stream;
  std::uint64_t n = 0;

  bool operator==(const Stored&) const = default;
};

std::vector<Stored> stored(const TemporaryFolder& folder) {
  std::vector<Stored> all;
  with_nmap(folder, [&](MDB_txn* transaction, MDB_dbi table) {
    MDB_cursor* cursor = nullptr;
    MDB_val key{};
    MDB_val value{};
    REQUIRE(mdb_cursor_open(transaction, table, &cursor) == 0);
    while (mdb_cursor_get(cursor, &key, &value, MDB_NEXT) == 0) {
      const auto point = point_of_key({static_cast<const char*>(key.mv_data), key.mv_size});
      REQUIRE(point.has_value());
      all.push_back({point->stream, point->n});
    }
    mdb_cursor_close(cursor);
  });
  return all;
}

/// A stream that has done so many events, n being the sequence, with all points.
void add_stream(Batch& batch, const model::StreamId& id, std::uint64_t n, bool is_closed = false) {
  batch.streams.push_back({id, "all", 0, {n, n, {}}, is_closed});
  for (std::uint64_t at = 256; at <= n; at += 256) batch.points.push_back({id, at, at, {}});
}

/// A page of the file, and where it lies.
struct Leaf {
  std::uint64_t number = 0;
  std::string page;
};

/// The one that has all the points; of several, of which all but one are free, the newest lies last in a new store.
Leaf leaf_of_points(const TemporaryFolder& folder, std::size_t rows) {
  auto file = PageFile::open(folder.file());
  REQUIRE(file.has_value());
  Leaf newest;
  for (std::uint64_t number = lmdb_head_pages; number < file.value().pages(); ++number) {
    const std::string page{file.value().page(number)};
    if (lmdb_page_number(page) != number || !is_lmdb_leaf(page)) continue;
    const auto entries = read_lmdb_leaf(page);
    const auto is_point = [](const auto& entry) { return entry.is_listed && point_of_key(entry.key).has_value(); };
    if (std::ranges::count_if(entries, is_point) == static_cast<std::ptrdiff_t>(rows)) newest = {number, page};
  }
  REQUIRE(newest.number != 0);
  return newest;
}

void write_page(const TemporaryFolder& folder, std::uint64_t number, const std::string& page) {
  std::fstream file{folder.file(), std::ios::in | std::ios::out | std::ios::binary};
  file.seekp(static_cast<std::streamoff>(number * lmdb_page_bytes));
  file << page;
  REQUIRE(file.good());
}

}  // namespace

TEST_CASE("points are there with the cursor that has passed them, after closing and opening") {
  const TemporaryFolder folder;
  {
    Batch batch = batch_from(1, 600);
    add_stream(batch, crm, 600);
    commit(*open_store(options(folder)).journal, batch);
  }
  CHECK(stored(folder) == std::vector<Stored>{{crm, 256}, {crm, 512}});
  CHECK(open_store(options(folder)).state.streams.size() == 1);
}

TEST_CASE("a store that an older version has made gets the table nmap with its next opening") {
  const TemporaryFolder folder;
  (void)open_store(options(folder));
  with_nmap(folder, [](MDB_txn* transaction, MDB_dbi table) { REQUIRE(mdb_drop(transaction, table, 1) == 0); });
  {
    Batch batch = batch_from(1, 300);
    add_stream(batch, crm, 300);
    commit(*open_store(options(folder)).journal, batch);
  }
  CHECK(stored(folder) == std::vector<Stored>{{crm, 256}});
}

TEST_CASE("with the records go the points below the floor, but for the newest of each stream") {
  const TemporaryFolder folder;
  const model::StreamId second{5, EventClass::state, 1};
  const model::StreamId other_class{4, EventClass::billing, 1};
  {
    const auto opened = open_store(options(folder));
    Batch batch = batch_from(1, 1500);
    add_stream(batch, other_class, 1500);
    add_stream(batch, crm, 1500);
    add_stream(batch, second, 600);
    commit(*opened.journal, batch);
    commit(*opened.journal, trim_of(511));
  }
  const std::vector<Stored> others{
      {other_class, 256}, {other_class, 512}, {other_class, 768}, {other_class, 1024}, {other_class, 1280}};
  auto expected = others;
  for (const std::uint64_t n : {256, 512, 768, 1024, 1280}) expected.push_back({crm, n});
  for (const std::uint64_t n : {256, 512}) expected.push_back({second, n});
  CHECK(stored(folder) == expected);
  commit(*open_store(options(folder)).journal, trim_of(1100));
  expected = others;
  for (const std::uint64_t n : {1024, 1280}) expected.push_back({crm, n});
  expected.push_back({second, 512});
  CHECK(stored(folder) == expected);
}

TEST_CASE("a point that is written and passed by the floor in one commit is the one that stays") {
  const TemporaryFolder folder;
  {
    const auto opened = open_store(options(folder));
    commit(*opened.journal, batch_from(1, 800));
    Batch eviction = trim_of(800);
    add_stream(eviction, crm, 800);
    commit(*opened.journal, eviction);
  }
  CHECK(stored(folder) == std::vector<Stored>{{crm, 768}});
}

TEST_CASE("points of a generation that is closed go with its last record, those of a row that is gone at once") {
  const TemporaryFolder folder;
  const model::StreamId next{4, EventClass::state, 2};
  {
    const auto opened = open_store(options(folder));
    Batch batch = batch_from(1, 1000);
    add_stream(batch, crm, 600, true);
    add_stream(batch, next, 1000);
    batch.points.push_back({{9, EventClass::state, 1}, 256, 256, {}});
    commit(*opened.journal, batch);
    commit(*opened.journal, trim_of(599));
  }
  CHECK(stored(folder) == std::vector<Stored>{{crm, 512}, {next, 512}, {next, 768}});
  commit(*open_store(options(folder)).journal, trim_of(600));
  CHECK(stored(folder) == std::vector<Stored>{{next, 512}, {next, 768}});
}

TEST_CASE("one commit deletes a bounded number of points, the next goes on") {
  const TemporaryFolder folder;
  {
    const auto opened = open_store(options(folder));
    Batch batch = batch_from(1, 2);
    batch.streams.push_back({crm, "all", 0, {1, 0, {}}, false});
    for (std::uint64_t number = 1; number <= chain_points_per_trim + 100; ++number) {
      batch.points.push_back({crm, 256 * number, 1, {}});
    }
    for (auto& point : batch.points) point.sequence = point.n;
    batch.streams.back().cursor = {256 * (chain_points_per_trim + 100), 256 * (chain_points_per_trim + 100), {}};
    const Sequence last = batch.streams.back().cursor.sequence;
    commit(*opened.journal, batch);
    commit(*opened.journal, batch_from(last, 2));
    commit(*opened.journal, trim_of(last));
  }
  CHECK(stored(folder).size() == 101);  // the newest that it looked at stays for the next
  commit(*open_store(options(folder)).journal, trim_of(256 * (chain_points_per_trim + 100) + 1));
  CHECK(stored(folder).size() == 1);
}

TEST_CASE("a point that cannot be read goes with those around it") {
  const TemporaryFolder folder;
  {
    Batch batch = batch_from(1, 1500);
    add_stream(batch, crm, 1500);
    commit(*open_store(options(folder)).journal, batch);
  }
  with_nmap(folder, [](MDB_txn* transaction, MDB_dbi table) {
    for (const std::uint64_t n : {512, 1280}) {
      std::string key = nmap_key(crm, n);
      std::string value = "damaged";
      MDB_val key_val{key.size(), key.data()};
      MDB_val value_val{value.size(), value.data()};
      REQUIRE(mdb_put(transaction, table, &key_val, &value_val, 0) == 0);
    }
  });
  commit(*open_store(options(folder)).journal, trim_of(800));
  CHECK(stored(folder) == std::vector<Stored>{{crm, 768}, {crm, 1024}, {crm, 1280}});
}

TEST_CASE("on another machine streams begin anew, and points of the old ones go") {
  const TemporaryFolder folder;
  auto how = options(folder);
  how.machine = 1;
  how.counting.begin = [](auto, auto, const auto&) { return model::ChainHash{}; };
  {
    Batch batch = batch_from(1, 600);
    add_stream(batch, crm, 600);
    batch.kv = {{"config/endpoints/crm", "4"}};
    commit(*open_store(how).journal, batch);
  }
  how.machine = 2;
  how.store_id = 78;
  const auto generation = open_store(how).state.streams.at(0).id.generation;
  CHECK(generation == 2);
  CHECK(stored(folder).empty());
}

TEST_CASE("a trim ends in whatever order a damaged page gives the points") {
  constexpr std::size_t rows = 5;
  const TemporaryFolder folder;
  {
    Batch batch = batch_from(1, 300);
    for (std::uint32_t endpoint = 1; endpoint <= rows; ++endpoint) {
      const model::StreamId stream{endpoint, EventClass::state, 1};
      batch.streams.push_back({stream, "all", 0, {256, 256, {}}, false});
      batch.points.push_back({stream, 256, 256, {}});
    }
    commit(*open_store(options(folder)).journal, batch);
  }
  const Leaf leaf = leaf_of_points(folder, rows);
  std::array<std::size_t, rows> order{0, 1, 2, 3, 4};
  std::size_t told = 0;
  do {
    std::string page = leaf.page;
    for (std::size_t i = 0; i < rows; ++i) {
      page.replace(lmdb_page_header_bytes + 2 * i, 2, leaf.page, lmdb_page_header_bytes + 2 * order[i], 2);
    }
    const TemporaryFolder damaged;
    std::filesystem::copy(folder.path(), damaged.path(),
                          std::filesystem::copy_options::recursive | std::filesystem::copy_options::overwrite_existing);
    write_page(damaged, leaf.number, page);
    const auto result = open_store(options(damaged)).journal->commit(trim_of(300));
    told += result.status == CommitStatus::committed ? 0 : 1;
    if (std::ranges::is_sorted(order)) CHECK(result.status == CommitStatus::committed);
  } while (std::ranges::next_permutation(order).found);
  CHECK(told > 0);
}

}  // namespace chargehook::journal::io
