#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "disk_faults.hpp"
#include "store_fixture.hpp"

namespace chargehook::journal::io {
namespace {

using test::arm_disk_fault;
using test::batch_from;
using test::disarm_disk_fault;
using test::FaultKind;
using test::open_store;
using test::options;
using test::read_all;
using test::TemporaryFolder;

/// What must hold after a failed commit of records 11 to 20 behind a good one of 1 to 10.
void recover(LmdbJournal& journal, const Batch& in_doubt) {
  CHECK(journal.commit(in_doubt).status == CommitStatus::failed);
  CHECK(journal.read({}).reason != "");
  const ReopenResult reopened = journal.reopen();
  REQUIRE(reopened.open);
  const bool is_there = reopened.last_sequence == 20;
  REQUIRE((is_there || reopened.last_sequence == 10));
  REQUIRE(read_all(journal).size() == (is_there ? 20 : 10));
  if (!is_there) REQUIRE(journal.commit(in_doubt).status == CommitStatus::committed);
  REQUIRE(read_all(journal).size() == 20);
}

TEST_CASE("whichever write or sync of a commit fails, reopening says whether the batch is there") {
  for (const FaultKind kind : {FaultKind::not_done, FaultKind::done_all_the_same, FaultKind::from_there_on}) {
    int countdown = 1;
    for (bool fired = true; fired; ++countdown) {
      CAPTURE(static_cast<int>(kind));
      CAPTURE(countdown);
      const TemporaryFolder folder;
      {
        const auto opened = open_store(options(folder));
        REQUIRE(opened.journal->commit(batch_from(1, 10)).status == CommitStatus::committed);
        const Batch in_doubt = batch_from(11, 10);
        arm_disk_fault(countdown, kind);
        const CommitResult result = opened.journal->commit(in_doubt);
        fired = disarm_disk_fault();
        REQUIRE((result.status == CommitStatus::failed) == fired);
        if (fired) {
          CHECK(result.reason.find("Input/output error") != std::string::npos);
          recover(*opened.journal, in_doubt);
        }
      }
      const auto again = open_store(options(folder));
      CHECK(again.state.next_sequence == 21);
      CHECK(read_all(*again.journal).size() == 20);
    }
    CHECK(countdown > 4);  // data, sync and meta page at least
  }
}

TEST_CASE("a type whose first commit failed is given its number by the commit that succeeds") {
  const TemporaryFolder folder;
  const auto opened = open_store(options(folder));
  arm_disk_fault(1, FaultKind::not_done);
  CHECK(opened.journal->commit(batch_from(1, 3)).status == CommitStatus::failed);
  REQUIRE(disarm_disk_fault());
  REQUIRE(opened.journal->reopen().open);
  const Batch other = batch_from(3, 5);
  REQUIRE(opened.journal->commit(other).status == CommitStatus::committed);
  const auto records = read_all(*opened.journal);
  REQUIRE(records.size() == 5);
  for (std::size_t index = 0; index < records.size(); ++index) CHECK(*records[index] == *other.records[index]);
}

TEST_CASE("a reopening that finds no file says so, and a later one may succeed") {
  const TemporaryFolder folder;
  const auto opened = open_store(options(folder));
  std::filesystem::rename(folder.file(), folder.file() + ".away");
  const ReopenResult missing = opened.journal->reopen();
  CHECK_FALSE(missing.open);
  CHECK(missing.reason != "");
  CHECK(opened.journal->commit(batch_from(1, 1)).status == CommitStatus::failed);
  opened.journal->mark_clean_stop(test::moment(1));
  std::filesystem::rename(folder.file() + ".away", folder.file());
  CHECK(opened.journal->reopen().open);
  CHECK(opened.journal->commit(batch_from(1, 1)).status == CommitStatus::committed);
}

TEST_CASE("a start does not use a store that it cannot make safe, be it the file or its name in the folder") {
  const TemporaryFolder folder;
  { const auto made = open_store(options(folder)); }  // as by a run that died before it had synced either
  for (const int call : {1, 2}) {
    arm_disk_fault(call, FaultKind::not_done);
    const auto again = LmdbJournal::open(options(folder));
    REQUIRE(disarm_disk_fault());
    REQUIRE_FALSE(again.has_value());
    CHECK(again.error().code == "io");
    CHECK(again.error().message.find("syncing " + (call == 1 ? folder.file() : folder.store() + ":")) == 0);
  }
}

/// Commits until it is killed, and tells each sequence after its commit.
[[noreturn]] void commit_for_ever(const OpenOptions& how, int report) {
  auto opened = LmdbJournal::open(how);
  if (!opened) ::_exit(1);
  LmdbJournal& journal = *opened.value().journal;
  for (model::Sequence next = std::max<model::Sequence>(opened.value().state.next_sequence, 1);; ++next) {
    Batch batch = batch_from(next, 1);
    batch.kv = {{"config/last", std::to_string(next)}};
    if (next > 200) batch.trims.push_back({model::EventClass::state, next - 200, 10});
    if (journal.commit(batch).status != CommitStatus::committed) ::_exit(2);
    if (::write(report, &next, sizeof next) != sizeof next) ::_exit(3);
  }
}

TEST_CASE("after kill -9 during a commit nothing that was reported is missing, and events and state agree") {
  const TemporaryFolder folder;
  for (const int reports : {1, 40, 73, 150}) {
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) commit_for_ever(options(folder), ends[1]);
    ::close(ends[1]);
    model::Sequence reported = 0;
    for (int i = 0; i < reports; ++i) REQUIRE(::read(ends[0], &reported, sizeof reported) == sizeof reported);
    REQUIRE(::kill(child, SIGKILL) == 0);
    while (::read(ends[0], &reported, sizeof reported) == sizeof reported) continue;
    ::close(ends[0]);
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    REQUIRE(WIFSIGNALED(status));

    const auto opened = open_store(options(folder));
    CHECK_FALSE(opened.state.clean_stop);
    const model::Sequence last = opened.state.next_sequence - 1;
    CHECK(last >= reported);
    CHECK(last <= reported + 1);
    CHECK(opened.state.kv.at("config/last") == std::to_string(last));
    const auto records = read_all(*opened.journal);
    REQUIRE_FALSE(records.empty());
    CHECK(records.front()->sequence ==
          opened.state.logs[static_cast<std::size_t>(model::EventClass::state)].floor_sequence + 1);
    CHECK(records.back()->sequence == last);
    for (std::size_t index = 1; index < records.size(); ++index) {
      REQUIRE(records[index]->sequence == records[index - 1]->sequence + 1);
    }
  }
}

}  // namespace
}  // namespace chargehook::journal::io
