// What a commit costs in writes of the block device, with 200,000 events of 300 bytes in the store and the file written
// over once: as many events in a commit as come together in life at 10 and at 100 telemetry events a second, and one
// urgent event alone. Beside it plain LMDB that appends and deletes values of the same bytes in the same transactions.
// The folder has to be on a file system of its own (flash_bench.py makes one): all writes of its device are counted.
//
//   bench_flash FOLDER
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <fstream>
#include <memory>
#include <string>

#include "bare_store.hpp"
#include "figures.hpp"
#include "journal/format/record.hpp"
#include "journal/io/lmdb_journal.hpp"
#include "journal/io/store_folder.hpp"
#include "typical_record.hpp"

namespace {

using namespace chargehook;

constexpr std::uint64_t map_bytes = std::uint64_t{160} << 20;
constexpr int events_kept = 200'000;
constexpr int events_written_before = 400'000;
constexpr int fill_batch = 1000;
constexpr int streams = 4;
constexpr int commits = 300;
constexpr int trimmed_at_once = 2000;   ///< delivered records go in bulk
constexpr std::size_t data_bytes = 90;  ///< 300 bytes with its id, subject, times and check

/// Of the whole device, with what the file system writes for itself.
double written_bytes(const std::string& folder) {
  ::sync();
  struct stat info {};
  CHARGEHOOK_ASSERT(::stat(folder.c_str(), &info) == 0);
  std::ifstream file{"/sys/dev/block/" + std::to_string(major(info.st_dev)) + ":" + std::to_string(minor(info.st_dev)) +
                     "/stat"};
  double field = 0;
  for (int i = 0; i < 7; ++i) file >> field;  // the seventh: sectors written
  CHARGEHOOK_ASSERT(file.good());
  return field * 512;
}

/// Every batch moves the cursors of four streams.
class Journal {
 public:
  explicit Journal(const std::string& folder) {
    auto opened =
        journal::io::LmdbJournal::open({.folder = folder, .size_bytes = map_bytes, .now = {}, .boot_uuid = {}});
    CHARGEHOOK_ASSERT(opened.has_value());
    journal_ = std::move(opened.value().journal);
  }

  void commit(int records, int trimmed) {
    journal::Batch batch;
    for (int i = 0; i < records; ++i) batch.records.push_back(bench::typical_record(++last_, data_bytes));
    for (std::uint32_t i = 0; i < streams; ++i) {
      model::StreamRow row;
      row.id = {i + 1, model::EventClass::state, 1};
      row.filter = "session.*, charger.*";
      row.cursor.sequence = last_;
      row.cursor.n = last_;
      batch.streams.push_back(row);
    }
    first_ += static_cast<model::Sequence>(trimmed);
    if (trimmed > 0) batch.trims.push_back({model::EventClass::state, first_, static_cast<std::uint32_t>(trimmed)});
    CHARGEHOOK_ASSERT(journal_->commit(batch).status == journal::CommitStatus::committed);
  }

 private:
  std::unique_ptr<journal::io::LmdbJournal> journal_;
  model::Sequence last_ = 0;
  model::Sequence first_ = 0;
};

class Bare {
 public:
  explicit Bare(const std::string& folder)
      : store_{folder, map_bytes},
        value_(journal::encode_record(*bench::typical_record(1, data_bytes), 1).size(), 'x') {}
  void commit(int records, int trimmed) { store_.commit(value_, records, trimmed); }

 private:
  bench::BareStore store_;
  std::string value_;
};

template <class Store>
void fill(Store& store) {
  for (int written = 0; written < events_written_before; written += fill_batch) {
    store.commit(fill_batch, written >= events_kept ? fill_batch : 0);
  }
}

/// @return bytes per event
template <class Store>
double measure(Store& store, const std::string& folder, int records) {
  const int trims_every = std::min(trimmed_at_once / records, 100);
  const double before = written_bytes(folder);
  for (int i = 1; i <= commits; ++i) store.commit(records, i % trims_every == 0 ? trims_every * records : 0);
  return (written_bytes(folder) - before) / (commits * records);
}

struct Load {
  const char* name;
  int records;  ///< in a commit
  const char* aim;
};
constexpr std::array loads{Load{"flash.telemetry.10_per_s", 20, "<=2500"},
                           Load{"flash.telemetry.100_per_s", 200, "<=700"}, Load{"flash.urgent", 1, "<=32000"}};

template <class Store>
std::array<double, loads.size()> run(const std::string& folder) {
  Store store{folder};
  fill(store);
  std::array<double, loads.size()> out{};
  for (std::size_t i = 0; i < loads.size(); ++i) out[i] = measure(store, folder, loads[i].records);
  return out;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "bench_flash FOLDER\n");
    return 2;
  }
  const std::string folder = argv[1];
  const auto ours = run<Journal>(folder + "/journal");
  const auto bare = run<Bare>(folder + "/bare");
  bench::print_heading();
  for (std::size_t i = 0; i < loads.size(); ++i) {
    bench::Pairs pair;
    pair.add(ours[i], bare[i]);
    pair.print(loads[i].name, "bytes/event", loads[i].aim);
  }
}
