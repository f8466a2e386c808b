// What the journal costs above the bare store: LmdbJournal::commit in batches of 100 records with 300 bytes of data and
// the cursors of 1 or 16 streams, and the time until a source that waits for one event is told, beside plain LMDB that
// appends values of the same bytes in the same batches.
//
//   bench_journal [rounds]
#include <algorithm>
#include <cstdlib>
#include <memory>
#include <semaphore>
#include <string>
#include <vector>

#include "bare_store.hpp"
#include "figures.hpp"
#include "journal/format/record.hpp"
#include "journal/io/lmdb_journal.hpp"
#include "journal/io/writer_thread.hpp"
#include "temporary_folder.hpp"
#include "typical_record.hpp"

namespace {

using namespace chargehook;

constexpr std::uint64_t map_bytes = std::uint64_t{256} << 20;
constexpr int batches_a_round = 200;
constexpr int records_a_batch = 100;
constexpr int commits_awaited = 100;
constexpr std::size_t data_bytes = 300;

/// @param streams rows that each batch moves on
std::vector<journal::Batch> make_batches(std::uint32_t streams) {
  model::Sequence next = 1;
  std::vector<journal::Batch> batches(batches_a_round);
  for (journal::Batch& batch : batches) {
    for (int index = 0; index < records_a_batch; ++index)
      batch.records.push_back(bench::typical_record(next++, data_bytes));
    for (std::uint32_t stream = 1; stream <= streams; ++stream) {
      batch.streams.push_back({{stream, model::EventClass::state, 1}, "session.*", 0, {next - 1, next - 1, {}}, false});
    }
  }
  return batches;
}

std::unique_ptr<journal::io::LmdbJournal> open_journal(const std::string& folder) {
  auto opened = journal::io::LmdbJournal::open(
      {.folder = folder + "/journal", .size_bytes = map_bytes, .now = {}, .boot_uuid = {}});
  CHARGEHOOK_ASSERT(opened.has_value());
  return std::move(opened.value().journal);
}

/// New stores for each round, so that both begin empty.
void run_round(const std::string& folder, std::uint32_t streams, bench::Pairs& pairs) {
  const auto journal = open_journal(folder);
  bench::BareStore bare{folder + "/bare", map_bytes};
  const std::vector<journal::Batch> batches = make_batches(streams);
  const std::string value = journal::encode_record(*bench::typical_record(1, data_bytes), 1);
  const auto ours = [&] {
    return bench::per_second(batches_a_round * records_a_batch, [&] {
      for (const journal::Batch& batch : batches) {
        CHARGEHOOK_ASSERT(journal->commit(batch).status == journal::CommitStatus::committed);
      }
    });
  };
  const auto baseline = [&] {
    return bench::per_second(batches_a_round * records_a_batch, [&] {
      for (int batch = 0; batch < batches_a_round; ++batch) bare.commit(value, records_a_batch);
    });
  };
  pairs.measure(ours, baseline);
}

template <class Work>
double median_microseconds(Work work) {
  std::vector<double> took;
  for (int i = 0; i < commits_awaited; ++i) took.push_back(1e6 / bench::per_second(1, work));
  return bench::median(took);
}

/// One event whose source waits, through the writer's thread and back.
void run_waiting_round(const std::string& folder, bench::Pairs& pairs) {
  const auto journal = open_journal(folder);
  bench::BareStore bare{folder + "/bare", map_bytes};
  std::binary_semaphore committed{0};
  journal::io::WriterThread writer{*journal,
                                   {[&](const journal::CommitResult& result) {
                                      CHARGEHOOK_ASSERT(result.status == journal::CommitStatus::committed);
                                      committed.release();
                                    },
                                    [](const journal::ReopenResult&) {}}};
  model::Sequence next = 1;
  const auto ours = [&] {
    return median_microseconds([&] {
      auto batch = std::make_shared<journal::Batch>();
      batch->records.push_back(bench::typical_record(next++, data_bytes));
      writer.submit(std::move(batch));
      committed.acquire();
    });
  };
  const std::string value = journal::encode_record(*bench::typical_record(1, data_bytes), 1);
  pairs.measure(ours, [&] { return median_microseconds([&] { bare.commit(value, 1); }); });
}

}  // namespace

int main(int argc, char** argv) {
  const int rounds = argc > 1 ? std::max(1, std::atoi(argv[1])) : 7;
  bench::print_heading();
  for (const auto& disk : bench::disks()) {
    for (const std::uint32_t streams : {1U, 16U}) {
      bench::Pairs pairs;
      for (int round = 0; round < rounds; ++round) {
        run_round(bench::TemporaryFolder{disk.parent}.path(), streams, pairs);
      }
      const auto name = std::string{"journal.commit."} + disk.name + ".streams_" + std::to_string(streams);
      pairs.print(name, "records/s", disk.syncs ? ">=0.60" : "-");
    }
    bench::Pairs pairs;
    for (int round = 0; round < rounds; ++round) {
      run_waiting_round(bench::TemporaryFolder{disk.parent}.path(), pairs);
    }
    pairs.print(std::string{"journal.awaited.p50."} + disk.name, "us", disk.syncs ? "baseline+100" : "-");
  }
}
