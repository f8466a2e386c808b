#include "journal/io/used_pages.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <vector>

#include "examined.hpp"
#include "store_fixture.hpp"

namespace chargehook::journal::io::test {
namespace {

void fill(const TemporaryFolder& folder) {
  auto opened = open_store(options(folder));
  for (model::Sequence first = 1; first <= 600; first += 50) {
    const Batch batch = batch_from(first, 50, model::EventClass::state, first == 301 ? 5000 : 300);
    REQUIRE(opened.journal->commit(batch).status == CommitStatus::committed);
  }
}

std::string read_page(const std::string& path, std::uint64_t number) {
  std::string page(lmdb_page_bytes, '\0');
  std::ifstream file{path, std::ios::binary};
  file.seekg(static_cast<std::streamoff>(number * lmdb_page_bytes));
  file.read(page.data(), static_cast<std::streamsize>(page.size()));
  REQUIRE(file.good());
  return page;
}

void write_page(const std::string& path, std::uint64_t number, const std::string& page) {
  std::fstream file{path, std::ios::in | std::ios::out | std::ios::binary};
  file.seekp(static_cast<std::streamoff>(number * lmdb_page_bytes));
  file << page;
  REQUIRE(file.good());
}

/// The page that names the tables, as the last commit has it.
std::uint64_t root_of(const TemporaryFolder& folder) {
  auto file = PageFile::open(folder.file());
  REQUIRE(file.has_value());
  const std::uint64_t pages = file.value().pages();
  const auto one = read_lmdb_meta(file.value().page(0), 0, pages);
  const auto other = read_lmdb_meta(file.value().page(1), 1, pages);
  REQUIRE(one.has_value());
  REQUIRE(other.has_value());
  return std::max(one.value(), other.value(),
                  [](const auto& a, const auto& b) { return a.transaction < b.transaction; })
      .root;
}

/// A page that named the tables at an earlier commit, and is free.
std::uint64_t older_root(const TemporaryFolder& folder, std::uint64_t root) {
  auto file = PageFile::open(folder.file());
  REQUIRE(file.has_value());
  for (std::uint64_t number = 2; number < file.value().pages(); ++number) {
    const std::string page{file.value().page(number)};
    if (number == root || lmdb_page_number(page) != number || !is_lmdb_leaf(page)) continue;
    const auto names_tables = [](const auto& entry) { return entry.is_listed && entry.table.has_value(); };
    if (std::ranges::count_if(read_lmdb_leaf(page), names_tables) >= 10) return number;
  }
  FAIL("no page is left of an earlier commit");
  return 0;
}

TEST_CASE("a page that is in another's place is found although it is sound by itself") {
  const TemporaryFolder folder;
  fill(folder);
  const auto root = root_of(folder);
  const auto older = older_root(folder, root);
  const auto page = read_page(folder.file(), older);
  write_page(folder.file(), older, read_page(folder.file(), root));
  write_page(folder.file(), root, page);
  CHECK(judge(examine(folder, Extent::ends), {}).kind == Verdict::Kind::replace);
  PageFile file = PageFile::open(folder.file()).value();
  const auto checked = check_used_pages(file, std::vector<bool>(file.pages()), PagesLookedAt::above_leaves);
  REQUIRE_FALSE(checked.has_value());
  CHECK(checked.error().message == "page " + std::to_string(root) + " of the file is another's, or none of a tree");
}

TEST_CASE("a page as it was before leads to pages that are free by now, and is found by them") {
  const TemporaryFolder folder;
  fill(folder);
  const auto root = root_of(folder);
  auto page = read_page(folder.file(), older_root(folder, root));
  page.replace(0, 8, read_page(folder.file(), root), 0, 8);
  write_page(folder.file(), root, page);
  for (const auto extent : {Extent::ends, Extent::whole}) {
    CHECK(judge(examine(folder, extent), {}).kind == Verdict::Kind::replace);
  }
  // All pages are in use or free by their numbers alone.
  PageFile file = PageFile::open(folder.file()).value();
  std::vector<bool> is_free(file.pages());
  for (const auto& entry : read_lmdb_leaf(page)) {
    if (entry.table && *entry.table != UINT64_MAX) is_free[*entry.table] = true;
  }
  const auto checked = check_used_pages(file, is_free, PagesLookedAt::above_leaves);
  REQUIRE_FALSE(checked.has_value());
  CHECK(checked.error().message.ends_with("is free, and a table has it"));
}

TEST_CASE("a page whose header does not fit its entries is found before LMDB writes to it") {
  constexpr std::size_t begin_of_nodes_at = 14;
  const TemporaryFolder folder;
  fill(folder);
  auto page = read_page(folder.file(), root_of(folder));
  page[begin_of_nodes_at] = static_cast<char>(page[begin_of_nodes_at] ^ 4);
  write_page(folder.file(), root_of(folder), page);
  const auto found = examine(folder, Extent::ends);
  CHECK(judge(found, {}).kind == Verdict::Kind::replace);
  CHECK(text_of(found.findings.kept().front()).ends_with("has entries that do not fit its header"));
}

TEST_CASE("in a store that is sound each page is free or one tree's") {
  const TemporaryFolder folder;
  fill(folder);
  for (const auto extent : {Extent::ends, Extent::whole}) CHECK(examine(folder, extent).findings.count() == 0);
}

}  // namespace
}  // namespace chargehook::journal::io::test
