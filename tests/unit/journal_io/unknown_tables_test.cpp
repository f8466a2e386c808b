#include <doctest/doctest.h>

#include "examined.hpp"
#include "journal/format/bytes.hpp"
#include "plain_lmdb.hpp"
#include "store_fixture.hpp"

namespace chargehook::journal::io::test {
namespace {

constexpr std::uint64_t rows = 2000;  // a tree of several pages
constexpr const char* later_table = "receipts";

std::string text_of(std::uint64_t row) { return "answer " + std::to_string(row) + std::string(90, '.'); }

void add_later_table(const TemporaryFolder& folder) {
  with_plain_lmdb(folder, 0, [](MDB_env*, MDB_txn* transaction) {
    for (std::uint64_t row = 0; row < rows; ++row) put_plain(transaction, later_table, key_u64(row), text_of(row));
  });
}

bool is_untouched(const TemporaryFolder& folder) {
  bool all = true;
  with_plain_lmdb(folder, MDB_RDONLY, [&](MDB_env*, MDB_txn* transaction) {
    MDB_dbi handle = 0;
    REQUIRE(mdb_dbi_open(transaction, later_table, 0, &handle) == 0);
    for (std::uint64_t row = 0; row < rows; ++row) {
      std::string key = key_u64(row);
      MDB_val key_val{key.size(), key.data()};
      MDB_val value{};
      REQUIRE(mdb_get(transaction, handle, &key_val, &value) == 0);
      all = all && std::string(static_cast<const char*>(value.mv_data), value.mv_size) == text_of(row);
    }
  });
  return all;
}

TEST_CASE("a table of a later version is neither damage nor in the way, and stays as it is") {
  const TemporaryFolder folder;
  REQUIRE(open_store(options(folder)).journal->commit(batch_from(1, 500)).status == CommitStatus::committed);
  add_later_table(folder);
  for (const auto extent : {Extent::ends, Extent::whole}) {
    const Examination examination = examine(folder, extent);
    CHECK(examination.is_complete);
    CHECK(examination.findings.count() == 0);
    CHECK(judge(examination, {}).kind == Verdict::Kind::sound);
  }
  {
    const auto opened = open_store(options(folder));
    for (model::Sequence first = 501; first <= 2'000; first += 50) {
      REQUIRE(opened.journal->commit(batch_from(first, 50)).status == CommitStatus::committed);
      REQUIRE(opened.journal->commit(trim_of(first - 100)).status == CommitStatus::committed);
    }
  }
  CHECK(is_untouched(folder));
  CHECK(read_all(*open_store(options(folder)).journal).size() == 149);
}

TEST_CASE("a table whose name has changed is damage, although as many pages are in use") {
  for (const char* name : {"pend", "imported", "nmap", "log2"}) {
    CAPTURE(std::string{name});
    const TemporaryFolder folder;
    REQUIRE(open_store(options(folder)).journal->commit(batch_from(1, 5)).status == CommitStatus::committed);
    with_plain_lmdb(folder, 0, [&](MDB_env*, MDB_txn* transaction) {
      MDB_dbi handle = 0;
      REQUIRE(mdb_dbi_open(transaction, name, 0, &handle) == 0);
      REQUIRE(mdb_drop(transaction, handle, 1) == 0);
      put_plain(transaction, "qend", "key", "value");
    });
    CHECK(judge(examine(folder, Extent::ends), {}).kind == Verdict::Kind::replace);
    const auto opened = LmdbJournal::open(options(folder));
    REQUIRE_FALSE(opened.has_value());
    CHECK(opened.error().code == "damaged");
    CHECK(opened.error().message.find("the table " + std::string{name} + " is missing") != std::string::npos);
  }
}

TEST_CASE("more tables of a later version than can be opened are a reason not to start, and no damage") {
  const TemporaryFolder folder;
  REQUIRE(open_store(options(folder)).journal->commit(batch_from(1, 5)).status == CommitStatus::committed);
  for (int table = 0; table < 20; ++table) {
    with_plain_lmdb(folder, 0, [&](MDB_env*, MDB_txn* transaction) {
      put_plain(transaction, ("later" + std::to_string(table)).c_str(), "key", "value");
    });
  }
  CHECK(judge(examine(folder, Extent::ends), {}).kind == Verdict::Kind::refuse);
  const auto opened = LmdbJournal::open(options(folder));
  REQUIRE_FALSE(opened.has_value());
  CHECK(opened.error().code == "io");
}

}  // namespace
}  // namespace chargehook::journal::io::test
