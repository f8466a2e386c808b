/// An older copy of the store that is put back: what it gave since then must not be given again under its id.
#include <doctest/doctest.h>

#include <fstream>

#include "journal/sequence_end.hpp"
#include "store_fixture.hpp"

namespace chargehook::journal::io::test {
namespace {

/// A store on this machine, of which a witness is kept, with three events and a stream that has had two of them.
struct Depot {
  Depot() {
    how.machine = 1;
    how.witness_file = folder.path() + "/journal-witness";
    how.counting.begin = [](std::uint64_t, std::string_view, const model::StreamId&) { return model::ChainHash{9}; };
    auto opened = open_store(how);
    Batch batch = batch_from(1, 3);
    batch.kv.push_back({"config/endpoints/billing", "7"});
    batch.streams.push_back({{7, model::EventClass::state, 4}, "all", 0, {2, 2, {}}, false});
    REQUIRE(opened.journal->commit(batch).status == CommitStatus::committed);
  }

  void keep_copy() const { std::filesystem::copy_file(folder.file(), folder.path() + "/copy"); }
  void put_copy_back() const {
    std::filesystem::copy_file(folder.path() + "/copy", folder.file(),
                               std::filesystem::copy_options::overwrite_existing);
  }
  /// A run that stores events, and ends in order or dies.
  void run(model::Sequence first, int count, bool ends_in_order) const {
    auto opened = open_store(how);
    REQUIRE(opened.journal->commit(batch_from(first, count)).status == CommitStatus::committed);
    if (ends_in_order) opened.journal->mark_clean_stop(moment(9));
  }
  [[nodiscard]] StoredState opened_again() {
    how.store_id = 99;
    return open_store(how).state;
  }

  TemporaryFolder folder;
  OpenOptions how = options(folder);
};

void check_begins_again(const StoredState& state) {
  REQUIRE(state.change.has_value());
  CHECK(state.change->reason == OriginReason::restore);
  CHECK(state.store_id == 99);
  REQUIRE(state.origins.size() == 1);
  CHECK(state.origins[0].store_id == 77);
  CHECK(state.origins[0].last_sequence == 3);
  REQUIRE(state.streams.size() == 1);
  CHECK(state.streams[0].id.generation == 5);
  CHECK(state.streams[0].start == 2);
  CHECK(state.streams[0].cursor.n == 0);
}

}  // namespace

TEST_CASE("a store that nobody has put back goes on under its id, whether its runs ended in order or not") {
  Depot depot;
  depot.run(4, 5, false);
  depot.run(9, 5, true);
  depot.run(14, 5, false);
  CHECK_FALSE(depot.opened_again().change);
}

TEST_CASE("an older copy that is put back gets another id, and numbers go on above all that are known") {
  Depot depot;
  depot.keep_copy();
  SUBCASE("the runs since then ended in order") {
    depot.run(4, 5, true);
    depot.put_copy_back();
    const auto state = depot.opened_again();
    check_begins_again(state);
    CHECK(state.next_sequence == first_sequence(depot.how.now.wall));  // the last run may have given more than is known
  }
  SUBCASE("the run since then died") {
    depot.run(4, 5, false);
    depot.put_copy_back();
    check_begins_again(depot.opened_again());
  }
  CHECK_FALSE(open_store(depot.how).state.change);
}

TEST_CASE("a machine without an id notices it, too") {
  Depot depot;
  depot.how.machine = 0;
  depot.keep_copy();
  depot.run(4, 5, true);
  depot.put_copy_back();
  check_begins_again(depot.opened_again());
}

TEST_CASE("a witness that cannot be written is told, and says nothing of the store that is new there") {
  Depot depot;
  std::filesystem::remove(depot.folder.file());
  std::filesystem::create_directory(depot.how.witness_file + ".new");
  const auto state = depot.opened_again();
  REQUIRE(state.notes.size() == 1);
  CHECK(state.notes[0].find("journal-witness") != std::string::npos);
  CHECK_FALSE(std::filesystem::exists(depot.how.witness_file));
  CHECK_FALSE(depot.opened_again().change);
}

TEST_CASE("a witness that is gone or cannot be read holds nothing against a store") {
  Depot depot;
  depot.keep_copy();
  depot.run(4, 5, true);
  depot.put_copy_back();
  SUBCASE("gone") { std::filesystem::remove(depot.how.witness_file); }
  SUBCASE("unreadable") { std::ofstream{depot.how.witness_file} << "boot 999"; }
  CHECK_FALSE(depot.opened_again().change);
}

TEST_CASE("a new store where another was is no restored one") {
  Depot depot;
  std::filesystem::remove(depot.folder.file());
  CHECK_FALSE(depot.opened_again().change);
  CHECK_FALSE(open_store(depot.how).state.change);
}

}  // namespace chargehook::journal::io::test
