#include <condition_variable>
#include <deque>
#include <mutex>

#include "disk_faults.hpp"
#include "journal/io/reader_thread.hpp"
#include "journal/io/writer_thread.hpp"
#include "store_fixture.hpp"

namespace chargehook::journal::io {
namespace {

using test::batch_from;
using test::open_store;
using test::options;
using test::TemporaryFolder;

/// Where a shell's results arrive.
template <class T>
class Mailbox {
 public:
  void post(T result) {
    const std::lock_guard guard{mutex_};
    results_.push_back(std::move(result));
    arrived_.notify_one();
  }
  T wait() {
    std::unique_lock guard{mutex_};
    arrived_.wait(guard, [this] { return !results_.empty(); });
    T first = std::move(results_.front());
    results_.pop_front();
    return first;
  }
  std::size_t size() {
    const std::lock_guard guard{mutex_};
    return results_.size();
  }

 private:
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<T> results_;
};

struct Shells {
  Mailbox<CommitResult> commits;
  Mailbox<ReopenResult> reopenings;
  Mailbox<ReadResult> reads;
  Mailbox<WalkResult> walks;
  WriterThread writer;
  ReaderThread reader;

  explicit Shells(LmdbJournal& journal)
      : writer(journal, {[this](CommitResult result) { commits.post(std::move(result)); },
                         [this](ReopenResult result) { reopenings.post(std::move(result)); }}),
        reader(journal, {[this](ReadResult result) { reads.post(std::move(result)); },
                         [this](WalkResult result) { walks.post(std::move(result)); }}) {}

  CommitResult commit(Batch batch) {
    writer.submit(std::make_shared<const Batch>(std::move(batch)));
    return commits.wait();
  }
};

TEST_CASE("reads run beside commits and answer in the order they were asked") {
  const TemporaryFolder folder;
  const auto opened = open_store(options(folder));
  Shells shells{*opened.journal};
  for (std::uint64_t round = 0; round < 50; ++round) {
    for (std::uint64_t i = 0; i < 3; ++i) {
      shells.reader.request({.id = ReadId{round * 3 + i}, .event_class = model::EventClass::state, .after = round * 5});
    }
    REQUIRE(shells.commit(batch_from(1 + round * 10, 10)).status == CommitStatus::committed);
  }
  for (std::uint64_t id = 0; id < 150; ++id) {
    const ReadResult result = shells.reads.wait();
    CHECK(result.id == ReadId{id});
    CHECK(result.damaged.empty());
    CHECK(result.reason == "");
  }
}

TEST_CASE("a reopening while reads run closes under none of them") {
  const TemporaryFolder folder;
  const auto opened = open_store(options(folder));
  Shells shells{*opened.journal};
  REQUIRE(shells.commit(batch_from(1, 100)).status == CommitStatus::committed);
  for (std::uint64_t round = 0; round < 20; ++round) {
    for (int i = 0; i < 5; ++i) shells.reader.request({.event_class = model::EventClass::state});
    shells.writer.reopen();
    const ReopenResult result = shells.reopenings.wait();
    REQUIRE(result.open);
    CHECK(result.last_sequence == 100);
  }
  for (int i = 0; i < 100; ++i) CHECK(shells.reads.wait().records.size() == 100);
}

TEST_CASE("after a failed commit the writer waits to be told to reopen") {
  const TemporaryFolder folder;
  const auto opened = open_store(options(folder));
  Shells shells{*opened.journal};
  test::arm_disk_fault(1, test::FaultKind::not_done);
  CHECK(shells.commit(batch_from(1, 1)).status == CommitStatus::failed);
  CHECK(test::disarm_disk_fault());
  CHECK(shells.commit(batch_from(1, 1)).status == CommitStatus::failed);
  shells.writer.reopen();
  CHECK(shells.reopenings.wait().open);
  CHECK(shells.commit(batch_from(1, 1)).status == CommitStatus::committed);
}

TEST_CASE("a batch submitted before the stop is committed, and stopping twice is stopping once") {
  const TemporaryFolder folder;
  const auto opened = open_store(options(folder));
  Shells shells{*opened.journal};
  shells.writer.submit(std::make_shared<const Batch>(batch_from(1, 5)));
  shells.writer.stop();
  shells.writer.stop();
  REQUIRE(shells.commits.size() == 1);
  CHECK(shells.commits.wait().status == CommitStatus::committed);
  shells.reader.stop();
  shells.reader.stop();
  shells.reader.request({.event_class = model::EventClass::state});
  CHECK(shells.reads.size() == 0);
}

TEST_CASE("a handler may be answered with the next batch at once") {
  const TemporaryFolder folder;
  const auto opened = open_store(options(folder));
  Mailbox<CommitResult> results;
  WriterThread writer{*opened.journal, {[&](CommitResult result) { results.post(std::move(result)); }, {}}};
  for (model::Sequence next = 1; next <= 40; ++next) {
    writer.submit(std::make_shared<const Batch>(batch_from(next, 1)));
    REQUIRE(results.wait().status == CommitStatus::committed);
  }
}

}  // namespace
}  // namespace chargehook::journal::io
