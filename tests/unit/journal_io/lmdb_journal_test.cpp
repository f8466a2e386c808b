#include "journal/io/lmdb_journal.hpp"

#include <lmdb.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <fstream>
#include <functional>
#include <iterator>

#include "journal/format/boot_rows.hpp"
#include "journal/format/bytes.hpp"
#include "journal/format/sealed_value.hpp"
#include "journal/format/tables.hpp"
#include "plain_lmdb.hpp"
#include "store_fixture.hpp"

namespace chargehook::journal::io {
namespace {

using test::batch_from;
using test::moment;
using test::open_store;
using test::options;
using test::put_plain;
using test::read_all;
using test::TemporaryFolder;
using test::trim_of;
using test::with_plain_lmdb;

void commit(LmdbJournal& journal, const Batch& batch) {
  const CommitResult result = journal.commit(batch);
  INFO(result.reason);
  REQUIRE(result.status == CommitStatus::committed);
}

/// Has a read transaction open on the store's file until it is killed.
class OutsideProcess {
 public:
  explicit OutsideProcess(const TemporaryFolder& folder) {
    std::array<int, 2> ends{};
    REQUIRE(::pipe(ends.data()) == 0);
    pid_ = ::fork();
    REQUIRE(pid_ >= 0);
    if (pid_ == 0) read_for_ever(folder.store(), ends[1]);
    char ready = 0;
    REQUIRE(::read(ends[0], &ready, 1) == 1);
    ::close(ends[0]);
    ::close(ends[1]);
  }
  OutsideProcess(const OutsideProcess&) = delete;
  OutsideProcess& operator=(const OutsideProcess&) = delete;
  ~OutsideProcess() { kill(); }

  [[nodiscard]] pid_t pid() const { return pid_; }
  void kill() {
    if (is_gone_) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    is_gone_ = true;
  }

 private:
  [[noreturn]] static void read_for_ever(const std::string& store, int ready) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    MDB_env* environment = nullptr;
    MDB_txn* transaction = nullptr;
    const bool reads = mdb_env_create(&environment) == 0 &&
                       mdb_env_open(environment, store.c_str(), MDB_RDONLY, 0600) == 0 &&
                       mdb_txn_begin(environment, nullptr, MDB_RDONLY, &transaction) == 0;
    if (!reads || ::write(ready, "r", 1) != 1) ::_exit(1);
    for (;;) ::pause();
  }

  pid_t pid_ = -1;
  bool is_gone_ = false;
};

std::string file_content(const std::string& path) {
  std::ifstream file{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{file}, {}};
}

TEST_CASE("a created store is empty, preallocated, and leaves the first number to the core") {
  const TemporaryFolder folder;
  const auto opened = open_store(options(folder));
  CHECK(opened.state.created);
  CHECK(opened.state.clean_stop);
  CHECK(opened.state.store_id == 77);
  CHECK(opened.state.next_sequence == 0);
  CHECK(opened.state.boot == 1);
  CHECK(opened.state.usage.pages_total == 2048);
  CHECK(opened.state.usage.pages_used < 40);
  CHECK(std::filesystem::file_size(folder.file()) == 8U << 20);
  CHECK_FALSE(std::filesystem::exists(folder.store() + "/new"));
}

TEST_CASE("ids are there after closing and opening, but for those that were let go") {
  const TemporaryFolder folder;
  const IdRow first{5, 1, 1'000, 9};
  const IdRow second{5, 2, 1'001, 9};
  IdRow again = first;
  again.sequence = 1'002;
  {
    const auto opened = open_store(options(folder));
    Batch batch = batch_from(1'000, 2);
    batch.ids = {first, second};
    commit(*opened.journal, batch);
    Batch later = batch_from(1'002, 1);
    later.ids = {again};
    commit(*opened.journal, later);
    Batch last = batch_from(1'003, 1);
    last.old_ids = {first, second, {5, 3, 7, 7}};  // the first has been put again since, the third never was
    commit(*opened.journal, last);
  }
  CHECK(open_store(options(folder)).state.ids == std::vector{again});
}

TEST_CASE("a row of ids that does not verify is left out, named, and no reason not to start") {
  const TemporaryFolder folder;
  const IdRow sound{5, 1, 1'000, 9};
  {
    Batch batch = batch_from(1'000, 1);
    batch.ids = {sound};
    commit(*open_store(options(folder)).journal, batch);
  }
  with_plain_lmdb(folder, 0, [&](MDB_env*, MDB_txn* transaction) {
    put_plain(transaction, "ids", id_key({6, 2, 0, 0}), encode_id(sound));
    put_plain(transaction, "ids", "odd", "odd");
  });
  auto opened = open_store(options(folder));
  CHECK(opened.state.ids == std::vector{sound});
  CHECK(opened.state.damaged_ids == std::vector<IdRow>{{6, 2, 0, 0}});
  Batch batch = batch_from(1'001, 1);
  batch.old_ids = opened.state.damaged_ids;
  commit(*opened.journal, batch);
  opened.journal.reset();
  CHECK(open_store(options(folder)).state.damaged_ids.empty());
}

TEST_CASE("what was committed is there after closing and opening") {
  const TemporaryFolder folder;
  Batch batch = batch_from(1'000, 20);
  batch.kv = {
      {"ocpp/CP-07/session", "old"}, {"ocpp/CP-07/session", "new"}, {"rules/a", "1"}, {"rules/a", std::nullopt}};
  batch.streams.push_back({{4, model::EventClass::state, 1}, "all", 999, {1'003, 4, {9}}, false});
  const model::PendRow waiting{{4, model::EventClass::state, 1}, 2, 1'001, {}, 5, {}, {7}};
  batch.pend = {{waiting.stream, 1, waiting}, {waiting.stream, 1, std::nullopt}, {waiting.stream, 2, waiting}};
  commit(*open_store(options(folder)).journal, batch);

  const auto opened = open_store(options(folder));
  CHECK_FALSE(opened.state.created);
  CHECK(opened.state.next_sequence == 1'020);
  CHECK(opened.state.kv == std::map<std::string, std::string>{{"ocpp/CP-07/session", "new"}});
  CHECK(opened.state.streams == batch.streams);
  CHECK(opened.state.pend == std::vector<model::PendRow>{waiting});
  const ClassLog& log = opened.state.logs[static_cast<std::size_t>(model::EventClass::state)];
  CHECK(log.last_sequence == 1'019);
  CHECK(log.last_ordinal == 1'019);
  const auto records = read_all(*opened.journal);
  REQUIRE(records.size() == batch.records.size());
  for (std::size_t index = 0; index < records.size(); ++index) CHECK(*records[index] == *batch.records[index]);
}

TEST_CASE("a store that an older version has made gets the table pend with its next opening") {
  const TemporaryFolder folder;
  (void)open_store(options(folder));
  with_plain_lmdb(folder, 0, [&](MDB_env*, MDB_txn* transaction) {
    MDB_dbi table = 0;
    REQUIRE(mdb_dbi_open(transaction, "pend", 0, &table) == 0);
    REQUIRE(mdb_drop(transaction, table, 1) == 0);
  });
  auto opened = open_store(options(folder));
  CHECK(opened.state.pend.empty());
  Batch batch = batch_from(1, 1);
  const model::PendRow waiting{{4, model::EventClass::state, 1}, 1, 1, {}, 5, {}, {}};
  batch.pend = {{waiting.stream, 1, waiting}};
  commit(*opened.journal, batch);
}

TEST_CASE("sequences go on above all that were given, whether they are trimmed, unreadable or were never a record's") {
  const TemporaryFolder folder;
  {
    const auto opened = open_store(options(folder));
    commit(*opened.journal, batch_from(1'000, 20));
    commit(*opened.journal, batch_from(1'020, 1, model::EventClass::billing));
    commit(*opened.journal, trim_of(1'020, 2000, model::EventClass::billing));
    CHECK(opened.journal->reopen().last_sequence == 1'020);
  }
  CHECK(open_store(options(folder)).state.next_sequence == 1'021);
  with_plain_lmdb(folder, 0,
                  [](MDB_env*, MDB_txn* transaction) { put_plain(transaction, "log2", key_u64(1'025), "no record"); });
  CHECK(open_store(options(folder)).state.next_sequence == 1'026);
  with_plain_lmdb(folder, 0, [](MDB_env*, MDB_txn* transaction) {
    put_plain(transaction, "meta", "next_seq_min", encode_meta_number("next_seq_min", 5'000));
  });
  const auto opened = open_store(options(folder));
  CHECK(opened.state.next_sequence == 5'000);
  commit(*opened.journal, batch_from(5'000, 1));
  CHECK(opened.journal->reopen().last_sequence == 5'000);
}

TEST_CASE("each opening has the next boot index, and knows whether the run before it ended in order") {
  const TemporaryFolder folder;
  open_store(options(folder)).journal->mark_clean_stop(moment(9));
  {
    const auto second = open_store(options(folder));
    CHECK(second.state.boot == 2);
    CHECK(second.state.clean_stop);
    second.journal->mark_clean_stop(moment(10));
    commit(*second.journal, batch_from(1, 1));  // it went on after the mark
  }
  const auto third = open_store(options(folder));
  CHECK(third.state.boot == 3);
  CHECK_FALSE(third.state.clean_stop);
}

TEST_CASE("what was learned of the clock is there at the next opening, with the newest time that was known") {
  const TemporaryFolder folder;
  const model::LearnedClock learned{std::chrono::seconds{1'800'000'000}, model::TimeQuality::synced,
                                    model::TimeSource::ntp, model::BootTime{std::chrono::seconds{7}}};
  {
    auto opened = open_store(options(folder));
    REQUIRE(opened.state.boots.size() == 1);
    CHECK_FALSE(opened.state.boots[0].learned);
    Batch batch;
    batch.clock = learned;
    REQUIRE(opened.journal->commit(batch).status == CommitStatus::committed);
    opened.journal->mark_clean_stop(moment(9));
  }
  const auto again = open_store(options(folder));
  CHECK(again.state.clean_stop);
  REQUIRE(again.state.boots.size() == 2);
  CHECK(again.state.boots[0].boot == 1);
  CHECK(again.state.boots[0].learned == learned);
  CHECK(again.state.boots[1].uuid == again.state.boots[0].uuid);
  CHECK_FALSE(again.state.boots[1].learned);
  CHECK(again.state.newest_known == learned.wall(model::BootTime{std::chrono::seconds{7}}));
}

TEST_CASE("a gateway that starts again and again does not fill its store, and what was learned stays") {
  const TemporaryFolder folder;
  const model::LearnedClock learned{std::chrono::seconds{1'800'000'000}, model::TimeQuality::synced,
                                    model::TimeSource::ntp, model::BootTime{std::chrono::seconds{7}}};
  for (std::uint32_t boot = 1; boot <= 100; ++boot) {
    const auto opened = open_store(options(folder));
    REQUIRE(opened.state.boot == boot);
    CHECK(opened.state.boots.size() <= 3 + boots_always_kept);
    Batch batch;
    if (boot == 30) batch.clock = learned;
    if (boot == 50) {
      auto made = std::make_shared<Record>(*test::record(1, 1));
      made->boot = boot;
      batch.records.push_back(made);
    }
    commit(*opened.journal, batch);
  }
  const auto last = open_store(options(folder));
  CHECK(model::BootClocks{last.state.boots}.of(50) == learned);
  CHECK(last.state.newest_known == learned.wall(model::BootTime{std::chrono::seconds{7}}));
}

TEST_CASE("openings that no record is of any more are forgotten, also when the machine was booted each time") {
  const TemporaryFolder folder;
  for (std::uint32_t boot = 1; boot <= 40; ++boot) {
    auto how = options(folder);
    how.boot_uuid = {static_cast<std::uint8_t>(boot)};
    how.now = moment(boot);
    const auto opened = open_store(how);
    Batch batch = boot == 1 ? batch_from(1, 1) : Batch{};
    if (boot == 20) batch = trim_of(1);
    commit(*opened.journal, batch);
    const std::size_t kept = 2 + boots_always_kept;  // its own, and perhaps the one with the newest time
    if (boot <= 20) CHECK(opened.state.boots.size() == boot);
    if (boot > 20) CHECK(opened.state.boots.size() <= kept);
  }
}

TEST_CASE("a store that is open cannot be opened again") {
  const TemporaryFolder folder;
  const auto first = open_store(options(folder));
  const auto second = LmdbJournal::open(options(folder));
  REQUIRE_FALSE(second);
  CHECK(second.error().code == "locked");
}

TEST_CASE("a newer format is refused with both numbers, and nothing is written") {
  const TemporaryFolder folder;
  (void)open_store(options(folder));
  with_plain_lmdb(folder, 0, [](MDB_env*, MDB_txn* transaction) {
    put_plain(transaction, "meta", "format", encode_meta_number("format", 2));
  });
  const std::string before = file_content(folder.file());
  const auto opened = LmdbJournal::open(options(folder));
  REQUIRE_FALSE(opened);
  CHECK(opened.error().code == "format");
  CHECK(opened.error().message == "the store has format 2, this program knows formats up to 1");
  CHECK(file_content(folder.file()) == before);
}

TEST_CASE("a file that is not a store is refused") {
  const TemporaryFolder folder;
  std::filesystem::create_directories(folder.store());
  SUBCASE("text") { std::ofstream{folder.file()} << std::string(20'000, 'x'); }
  SUBCASE("zeros") { std::ofstream{folder.file()} << std::string(20'000, '\0'); }
  SUBCASE("LMDB of somebody else") {
    with_plain_lmdb(folder, 0, [](MDB_env*, MDB_txn* transaction) { put_plain(transaction, "theirs", "a", "b"); });
  }
  const auto opened = LmdbJournal::open(options(folder));
  REQUIRE_FALSE(opened);
  CHECK(opened.error().code == "not_a_store");
}

TEST_CASE("a row that the start needs and that does not verify is named") {
  struct Case {
    const char* database;
    std::string key;
    std::string value;
    const char* message;
  };
  for (const Case& bad : std::initializer_list<Case>{
           {"meta", "format", "junk", "meta format"},
           {"meta", "next_seq_min", encode_meta_number("store_id", 5), "meta next_seq_min"},
           {"meta", "floor/2", "", "meta floor/2"},
           {"kv", "rules/a", "0123456789", "kv rules/a"},
           {"pend", "12345678901234567", "0123456789", "pend 12345678901234567"},
           {"streams", "123456789", "0123456789", "streams 123456789"},
           {"types", std::string("\0\0\0\1", 4), "0123456789", "types 0x00000001"},
           {"log2", std::string("\0\0\0\1\0\0\0\0", 8), "", "log2 ends at 4294967296, and the highest"},
       }) {
    CAPTURE(bad.message);
    const TemporaryFolder folder;
    (void)open_store(options(folder));
    with_plain_lmdb(folder, 0,
                    [&](MDB_env*, MDB_txn* transaction) { put_plain(transaction, bad.database, bad.key, bad.value); });
    const auto opened = LmdbJournal::open(options(folder));
    REQUIRE_FALSE(opened);
    CHECK(opened.error().code == "damaged");
    CHECK(opened.error().message.find(bad.message) != std::string::npos);
  }
}

TEST_CASE("a cursor beyond the end of the logs is damage: it would pass what gets those sequences") {
  const TemporaryFolder folder;
  Batch batch = batch_from(1, 5);
  batch.streams.push_back({{4, model::EventClass::state, 1}, "all", 0, {6, 6, {}}, false});
  commit(*open_store(options(folder)).journal, batch);
  const auto opened = LmdbJournal::open(options(folder));
  REQUIRE_FALSE(opened);
  CHECK(opened.error().code == "damaged");
  CHECK(opened.error().message == "the cursor of a stream is at 6, and the logs end before 6");
}

TEST_CASE("a store that was cut off while it was made is made anew") {
  const TemporaryFolder folder;
  std::filesystem::create_directories(folder.store() + "/new");
  std::ofstream{folder.store() + "/new/data.mdb"} << "half";
  CHECK(open_store(options(folder)).state.created);
  CHECK_FALSE(std::filesystem::exists(folder.store() + "/new"));
}

TEST_CASE("the map grows at an opening and never shrinks") {
  const TemporaryFolder folder;
  (void)open_store(options(folder, 8U << 20));
  CHECK(open_store(options(folder, 12U << 20)).state.usage.pages_total == 3072);
  CHECK(std::filesystem::file_size(folder.file()) == 12U << 20);
  CHECK(open_store(options(folder, 4U << 20)).state.usage.pages_total == 3072);
}

TEST_CASE("a read stops at its limits, and gives one record whatever its size") {
  const TemporaryFolder folder;
  const auto opened = open_store(options(folder));
  commit(*opened.journal, batch_from(10, 10, model::EventClass::billing, 1'000));
  const auto read = [&](ReadRequest request) {
    request.event_class = model::EventClass::billing;
    return opened.journal->read(request);
  };
  CHECK(read({.after = 12, .records_max = 3}).last == 15);
  CHECK(read({.after = 0, .bytes_max = 2'500}).records.size() == 2);
  CHECK(read({.after = 0, .bytes_max = 1}).records.size() == 1);
  CHECK(read({.after = 0, .records_max = 0}).records.size() == 1);
  CHECK(read({.after = 19}).last == 19);
  CHECK(read({.after = UINT64_MAX}).records.empty());
}

TEST_CASE("a full map refuses a batch whole, and takes the same batch after a trim") {
  const TemporaryFolder folder;
  const auto opened = open_store(options(folder, 4U << 20));
  LmdbJournal& journal = *opened.journal;
  model::Sequence next = 1;
  CommitResult result;
  Batch batch;
  for (;; next += 100) {
    batch = batch_from(next, 100, model::EventClass::state, 1'500);
    batch.records.back() = test::record(next + 99, next + 99, model::EventClass::billing);
    batch.kv = {{"config/last", std::to_string(next)}};
    result = journal.commit(batch);
    if (result.status != CommitStatus::committed) break;
    REQUIRE(result.usage.pages_used + reserve_pages <= result.usage.pages_total);
  }
  CHECK(result.status == CommitStatus::map_full);
  CHECK(result.reason != "");
  REQUIRE(next > 500);
  CHECK(read_all(journal).back()->sequence == next - 2);
  CHECK(read_all(journal, model::EventClass::billing).back()->sequence == next - 1);

  const CommitResult trimmed = journal.commit(trim_of(300));
  REQUIRE(trimmed.status == CommitStatus::committed);
  CHECK(trimmed.trimmed.at(0).floor_sequence == 299);
  for (int i = 0; i < 2; ++i) commit(journal, trim_of(300));  // pages freed by a commit serve the next but one
  commit(journal, batch);
  CHECK(read_all(journal).back()->sequence == next + 98);
}

TEST_CASE("a map filled to the reserve drains to the last record, however small the steps") {
  const TemporaryFolder folder;
  const auto opened = open_store(options(folder, 4U << 20));
  model::Sequence next = 1;
  while (opened.journal->commit(batch_from(next, 50)).status == CommitStatus::committed) next += 50;
  std::uint32_t removed = 0;
  for (CommitResult result;; removed += result.trimmed.at(0).records) {
    result = opened.journal->commit(trim_of(next, 37));
    REQUIRE(result.status == CommitStatus::committed);
    if (result.trimmed.at(0).records == 0) break;
  }
  CHECK(removed == next - 1);
}

TEST_CASE("a trim takes at most its number of records from the head and moves the floor") {
  const TemporaryFolder folder;
  {
    const auto opened = open_store(options(folder));
    commit(*opened.journal, batch_from(100, 10));
    const CommitResult result = opened.journal->commit(trim_of(107, 5));
    REQUIRE(result.trimmed.size() == 1);
    CHECK(result.trimmed[0].records == 5);
    CHECK(result.trimmed[0].floor_sequence == 104);
    CHECK(result.trimmed[0].floor_ordinal == 104);
    CHECK(opened.journal->commit(trim_of(107)).trimmed.at(0).records == 3);
    CHECK(opened.journal->commit(trim_of(107)).trimmed.at(0).floor_sequence == 107);
    commit(*opened.journal, trim_of(500));
  }
  const ClassLog log = open_store(options(folder)).state.logs[static_cast<std::size_t>(model::EventClass::state)];
  CHECK(log.floor_sequence == 109);
  CHECK(log.last_sequence == 109);
  CHECK(log.last_ordinal == 109);
}

TEST_CASE("pages used are what LMDB's own books say: last page + 1 - free pages") {
  const TemporaryFolder folder;
  Usage usage;
  {
    const auto opened = open_store(options(folder, 16U << 20));
    for (model::Sequence next = 1; next < 2'000; next += 200) {
      commit(*opened.journal, batch_from(next, 200, model::EventClass::state, next % 400 == 1 ? 5'000 : 100));
    }
    for (int step = 0; step < 20; ++step) usage = opened.journal->commit(trim_of(1'500, 70)).usage;
  }
  with_plain_lmdb(folder, MDB_RDONLY, [&](MDB_env* environment, MDB_txn* transaction) {
    MDB_envinfo info{};
    REQUIRE(mdb_env_info(environment, &info) == 0);
    std::uint64_t free_pages = 0;
    MDB_cursor* cursor = nullptr;
    REQUIRE(mdb_cursor_open(transaction, 0, &cursor) == 0);
    MDB_val key;
    MDB_val value;
    while (mdb_cursor_get(cursor, &key, &value, MDB_NEXT) == 0) free_pages += *static_cast<std::size_t*>(value.mv_data);
    mdb_cursor_close(cursor);
    CHECK(free_pages > 100);
    CHECK(usage.pages_used == info.me_last_pgno + 1 - free_pages);
  });
}

TEST_CASE("a process that reads the file itself is named with what it holds back, and forgotten when it has died") {
  const TemporaryFolder folder;
  const auto opened = open_store(options(folder));
  commit(*opened.journal, batch_from(1, 500));
  auto trim_and_append = [&, next = model::Sequence{501}]() mutable {
    commit(*opened.journal, batch_from(next, 20));
    next += 20;
    return opened.journal->commit(trim_of(next - 500)).usage;
  };
  CHECK(trim_and_append().outside_reader == OutsideReader{});

  OutsideProcess reader{folder};
  Usage held;
  for (int i = 0; i < 10; ++i) held = trim_and_append();
  CHECK(held.outside_reader == OutsideReader{reader.pid(), 20});
  CHECK(held.pages_held > 10 * 5);
  CHECK(held.pages_held <= held.pages_claimed - held.pages_used);

  reader.kill();
  Usage after;
  for (int i = 0; i < 10; ++i) after = trim_and_append();
  CHECK(after.outside_reader == OutsideReader{});
  CHECK(after.pages_held == 0);
  CHECK(after.pages_claimed == held.pages_claimed);
}

TEST_CASE("a flipped byte on the disk is told as damaged and never read as an event") {
  const TemporaryFolder folder;
  model::Sequence victim = 0;
  SUBCASE("within the log") { victim = 1'004; }
  SUBCASE("at the end of the log") { victim = 1'009; }
  commit(*open_store(options(folder)).journal, batch_from(1'000, 10));
  std::string content = file_content(folder.file());
  const std::string id = "evt_number_" + std::to_string(victim);
  std::size_t found = 0;
  for (std::size_t at = content.find(id); at != std::string::npos; at = content.find(id, at), ++found)
    content[at] = 'E';
  REQUIRE(found >= 1);
  std::ofstream{folder.file(), std::ios::binary} << content;

  const auto opened = open_store(options(folder));
  std::vector<model::Sequence> damaged;
  CHECK(read_all(*opened.journal, model::EventClass::state, &damaged).size() == 9);
  CHECK(damaged == std::vector{victim});
  const ClassLog& log = opened.state.logs[static_cast<std::size_t>(model::EventClass::state)];
  CHECK(log.last_sequence == 1'009);
  CHECK(log.last_ordinal == 1'009);
  CHECK(opened.journal->commit(trim_of(victim)).trimmed.at(0).floor_ordinal == victim);
}

/// Resident pages of files and shared memory, in bytes.
std::size_t shared_resident() {
  std::ifstream statm{"/proc/self/statm"};
  std::size_t total = 0;
  std::size_t resident = 0;
  std::size_t shared = 0;
  statm >> total >> resident >> shared;
  return shared * 4096;
}

TEST_CASE("a drain does not grow the process by what it reads") {
  const TemporaryFolder folder;
  const auto opened = open_store(options(folder, 64U << 20));
  for (model::Sequence next = 1; next < 40'000; next += 4'000) {
    commit(*opened.journal, batch_from(next, 4'000, model::EventClass::telemetry, 700));
  }
  const std::size_t before = shared_resident();
  std::size_t records = 0;
  for (ReadRequest request{.event_class = model::EventClass::telemetry};;) {
    const ReadResult result = opened.journal->read(request);
    if (result.last == request.after) break;
    request.after = result.last;
    records += result.records.size();
  }
  CHECK(records == 40'000);
  const std::size_t after = shared_resident();
  CHECK((after < before ? 0 : after - before) < 2U << 20);
}

}  // namespace
}  // namespace chargehook::journal::io
