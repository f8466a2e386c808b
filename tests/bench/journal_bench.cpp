// What the journal costs above the bare store: records per second of LmdbJournal::commit in batches of 100 records with
// 300 bytes of data, beside plain LMDB that appends values of the same bytes in the same batches. The two take turns in
// one run, because a disk changes its mind from minute to minute; printed are the median of each and of the ratios.
// A second pair runs on a memory disk if /dev/shm is one, where no sync hides what the processor does.
//
//   journal_bench [rounds] [folder]
#include <fcntl.h>
#include <lmdb.h>
#include <stdlib.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "journal/bytes.hpp"
#include "journal/io/lmdb_journal.hpp"
#include "journal/record.hpp"
#include "model/result.hpp"

namespace {

namespace journal = chargehook::journal;
namespace model = chargehook::model;

constexpr std::uint64_t map_bytes = std::uint64_t{256} << 20;
constexpr int batches_a_round = 200;
constexpr int records_a_batch = 100;
constexpr std::size_t data_bytes = 300;

journal::RecordPtr make_record(model::Sequence sequence) {
  auto record = std::make_shared<journal::Record>();
  record->sequence = sequence;
  record->ordinal = sequence;
  record->event.id = "evt_0123456789abcdefghjkmnpqrs";
  record->event.type = "session.updated";
  record->event.subject = "charger/CP-07/evse/1";
  record->event.partition_key = "charger/CP-07";
  record->event.data = std::string(data_bytes, 'x');
  return record;
}

std::vector<journal::Batch> make_batches(model::Sequence first) {
  std::vector<journal::Batch> batches(batches_a_round);
  for (journal::Batch& batch : batches) {
    for (int index = 0; index < records_a_batch; ++index) batch.records.push_back(make_record(first++));
  }
  return batches;
}

/// The least that LMDB can do for the same bytes.
class BareStore {
 public:
  explicit BareStore(const std::string& folder) {
    std::filesystem::create_directories(folder);
    check(mdb_env_create(&environment_));
    check(mdb_env_set_maxdbs(environment_, 1));
    check(mdb_env_set_mapsize(environment_, map_bytes));
    check(mdb_env_open(environment_, folder.c_str(), 0, 0600));
    MDB_txn* transaction = nullptr;
    check(mdb_txn_begin(environment_, nullptr, 0, &transaction));
    check(mdb_dbi_open(transaction, "log", MDB_CREATE, &log_));
    check(mdb_txn_commit(transaction));
    mdb_filehandle_t file = 0;
    check(mdb_env_get_fd(environment_, &file));
    check(::posix_fallocate(file, 0, map_bytes));
  }
  BareStore(const BareStore&) = delete;
  BareStore& operator=(const BareStore&) = delete;
  ~BareStore() { mdb_env_close(environment_); }

  void commit(model::Sequence first, const std::string& value) {
    MDB_txn* transaction = nullptr;
    check(mdb_txn_begin(environment_, nullptr, 0, &transaction));
    for (model::Sequence sequence = first; sequence < first + records_a_batch; ++sequence) {
      std::string key = journal::key_u64(sequence);
      MDB_val key_val{key.size(), key.data()};
      MDB_val value_val{value.size(), const_cast<char*>(value.data())};
      check(mdb_put(transaction, log_, &key_val, &value_val, MDB_APPEND));
    }
    check(mdb_txn_commit(transaction));
  }

 private:
  static void check(int status) { CHARGEHOOK_ASSERT(status == 0); }

  MDB_env* environment_ = nullptr;
  MDB_dbi log_ = 0;
};

template <class Work>
double records_per_second(Work work) {
  const auto begin = std::chrono::steady_clock::now();
  work();
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  return batches_a_round * records_a_batch / took.count();
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

struct Figures {
  std::vector<double> journal;
  std::vector<double> bare;
  std::vector<double> ratio;
};

/// New stores for each round, so that both begin empty; who goes first changes from round to round.
void run_round(const std::string& folder, int round, Figures& figures) {
  auto opened = journal::io::LmdbJournal::open(
      {.folder = folder + "/journal", .size_bytes = map_bytes, .now = {}, .boot_uuid = {}});
  CHARGEHOOK_ASSERT(opened.has_value());
  BareStore bare{folder + "/bare"};
  const std::vector<journal::Batch> batches = make_batches(1);
  const std::string value = journal::encode_record(*make_record(1), 1);
  const auto run_journal = [&] {
    figures.journal.push_back(records_per_second([&] {
      for (const journal::Batch& batch : batches) {
        CHARGEHOOK_ASSERT(opened.value().journal->commit(batch).status == journal::CommitStatus::committed);
      }
    }));
  };
  const auto run_bare = [&] {
    figures.bare.push_back(records_per_second([&] {
      for (const journal::Batch& batch : batches) bare.commit(batch.records.front()->sequence, value);
    }));
  };
  if (round % 2 == 0) run_journal();
  run_bare();
  if (round % 2 == 1) run_journal();
  figures.ratio.push_back(figures.journal.back() / figures.bare.back());
}

void run(const char* name, const std::filesystem::path& parent, int rounds) {
  Figures figures;
  for (int round = 0; round < rounds; ++round) {
    std::string folder = (parent / "chargehook-bench-XXXXXX").string();
    CHARGEHOOK_ASSERT(::mkdtemp(folder.data()) != nullptr);
    run_round(folder, round, figures);
    std::filesystem::remove_all(folder);
  }
  std::printf("journal.commit.%s records/s: journal %.0f, bare LMDB %.0f, ratio %.2f (medians of %d rounds)\n", name,
              median(figures.journal), median(figures.bare), median(figures.ratio), rounds);
}

}  // namespace

int main(int argc, char** argv) {
  const int rounds = argc > 1 ? std::max(1, std::atoi(argv[1])) : 7;
  run("disk", argc > 2 ? std::filesystem::path{argv[2]} : std::filesystem::temp_directory_path(), rounds);
  if (std::filesystem::is_directory("/dev/shm")) run("memory", "/dev/shm", rounds);
}
