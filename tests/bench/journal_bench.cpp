// What the journal costs above the bare store: LmdbJournal::commit in batches of 100 records with 300 bytes of data,
// beside plain LMDB that appends values of the same bytes in the same batches.
//
//   bench_journal [rounds]
#include <algorithm>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "bare_store.hpp"
#include "figures.hpp"
#include "journal/io/lmdb_journal.hpp"
#include "journal/record.hpp"
#include "temporary_folder.hpp"

namespace {

using namespace chargehook;

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

std::vector<journal::Batch> make_batches() {
  model::Sequence next = 1;
  std::vector<journal::Batch> batches(batches_a_round);
  for (journal::Batch& batch : batches) {
    for (int index = 0; index < records_a_batch; ++index) batch.records.push_back(make_record(next++));
  }
  return batches;
}

/// New stores for each round, so that both begin empty.
void run_round(const std::string& folder, bench::Pairs& pairs) {
  auto opened = journal::io::LmdbJournal::open(
      {.folder = folder + "/journal", .size_bytes = map_bytes, .now = {}, .boot_uuid = {}});
  CHARGEHOOK_ASSERT(opened.has_value());
  bench::BareStore bare{folder + "/bare", map_bytes};
  const std::vector<journal::Batch> batches = make_batches();
  const std::string value = journal::encode_record(*make_record(1), 1);
  const auto ours = [&] {
    return bench::per_second(batches_a_round * records_a_batch, [&] {
      for (const journal::Batch& batch : batches) {
        CHARGEHOOK_ASSERT(opened.value().journal->commit(batch).status == journal::CommitStatus::committed);
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

}  // namespace

int main(int argc, char** argv) {
  const int rounds = argc > 1 ? std::max(1, std::atoi(argv[1])) : 7;
  bench::print_heading();
  for (const auto& disk : bench::disks()) {
    bench::Pairs pairs;
    for (int round = 0; round < rounds; ++round) run_round(bench::TemporaryFolder{disk.parent}.path(), pairs);
    pairs.print(std::string{"journal.commit."} + disk.name, "records/s", disk.syncs ? ">=0.80" : "-");
  }
}
