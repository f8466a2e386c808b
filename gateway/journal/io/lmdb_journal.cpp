#include "journal/io/lmdb_journal.hpp"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <utility>

#include "journal/format/lmdb_page.hpp"
#include "journal/format/tables.hpp"
#include "journal/format/witness.hpp"
#include "journal/io/batch_rows.hpp"
#include "journal/io/export_reading.hpp"
#include "journal/io/lmdb_environment.hpp"
#include "journal/io/log_reading.hpp"
#include "journal/io/stats_reading.hpp"
#include "journal/io/store_creation.hpp"
#include "journal/io/store_folder.hpp"
#include "journal/io/store_identity.hpp"
#include "journal/io/store_start.hpp"
#include "journal/io/walk_reading.hpp"

namespace chargehook::journal::io {
namespace {

constexpr std::string_view closed_after_failure = "the store is closed after a failure and has not been reopened";

/// What one read brings into memory besides its values: a lookup goes through a few pages of the tree, and a fault maps
/// 64 KiB around its own.
constexpr std::uint64_t resident_of_a_lookup = 256 * 1024;
/// Enough for the reads of quiet days to find their pages where they were. A read of 256 KiB comes to it by the fourth.
constexpr std::uint64_t resident_max = 2 * 1024 * 1024;

std::uint64_t whole_pages(std::uint64_t bytes) {
  return (bytes + lmdb_page_bytes - 1) / lmdb_page_bytes * lmdb_page_bytes;
}

}  // namespace

struct LmdbJournal::Impl {
  std::string folder;
  std::string witness_file;  ///< empty: there is none
  Descriptor lock;
  std::uint64_t map_bytes = 0;

  /// Shared while the environment is used, exclusive while it is closed and opened.
  std::shared_mutex environment_guard;
  std::optional<Environment> environment;
  MappedRange mapping;

  // of the reader's thread
  Counting counting;
  std::optional<WalkReading> walk;
  std::uint64_t resident = 0;  ///< bytes that reads may have brought into memory since the last were given back

  // of the writer's thread
  TypeIds types;
  model::Sequence next_sequence = 0;
  std::array<Floor, model::event_class_count> floors{};  ///< as the last reopening found them
  std::uint64_t store_id = 0;
  std::uint32_t boot = 0;
  BootRow boot_row;
  Usage usage;

  [[nodiscard]] std::string file() const { return folder + "/data.mdb"; }
  [[nodiscard]] std::optional<Witness> read_witness() const;
  [[nodiscard]] model::Result<void> write_witness() const;
  [[nodiscard]] model::Result<void> open_environment();
  [[nodiscard]] model::Result<StoredState> start(const OpenOptions& options, bool is_new);
  [[nodiscard]] model::Result<CommitResult> try_commit(const Batch& batch);
  [[nodiscard]] model::Result<void> put_boot_row(Transaction& transaction, const BootRow& row);
  [[nodiscard]] model::Result<void> reload();
  void refresh_usage();
  void note_read(std::uint64_t bytes);
  void close_environment();
};

model::Result<void> LmdbJournal::Impl::open_environment() {
  auto opened = Environment::open(folder, map_bytes);
  if (!opened) return model::Error{opened.error().code, file() + ": " + opened.error().message};
  environment.emplace(std::move(opened).value());
  BOOST_OUTCOME_TRY(environment->check_readers());
  mapping = find_mapping(file());
  return model::success();
}

/// One transaction: looks at the store, and writes the row of this boot.
/// @param is_new the store was made just now: nothing goes on in it
model::Result<StoredState> LmdbJournal::Impl::start(const OpenOptions& options, bool is_new) {
  BOOST_OUTCOME_TRY(auto transaction, Transaction::begin(*environment, Access::write));
  BOOST_OUTCOME_TRY(check_format(transaction));
  BOOST_OUTCOME_TRY(transaction.open_tables(Tables::must_exist));
  for (const Table later : later_tables) {
    BOOST_OUTCOME_TRY(transaction.open_table(later, Tables::create));
  }
  BOOST_OUTCOME_TRY(drop_old_boots(transaction));
  BOOST_OUTCOME_TRY(auto state, load_state(transaction));
  if (options.counting.begin) {
    Arrival arrival{options.machine, is_new ? std::nullopt : read_witness(), options.store_id.value_or(0)};
    if (!options.store_id) {
      BOOST_OUTCOME_TRY(arrival.new_store_id, random_store_id());
    }
    BOOST_OUTCOME_TRY(settle_identity(transaction, state, options.now, arrival, options.counting));
  }
  store_id = state.store_id;
  BOOST_OUTCOME_TRY(types, load_types(transaction));
  BOOST_OUTCOME_TRY(const auto before, last_boot(transaction));
  if (before == UINT32_MAX) return model::Error{"damaged", "boots has a row of the highest index there is"};
  boot = before + 1;
  boot_row =
      BootRow{options.boot_uuid, options.now.wall, options.now.boot, options.now.quality, std::nullopt, std::nullopt};
  BOOST_OUTCOME_TRY(put_boot_row(transaction, boot_row));
  BOOST_OUTCOME_TRY(transaction.commit());
  next_sequence = state.next_sequence;
  state.boot = boot;
  state.boots.push_back({boot, options.boot_uuid, std::nullopt});
  return state;
}

std::optional<Witness> LmdbJournal::Impl::read_witness() const {
  std::ifstream file{witness_file};
  return decode_witness(std::string{std::istreambuf_iterator<char>{file}, {}});
}

/// What it says is durable in the store.
model::Result<void> LmdbJournal::Impl::write_witness() const {
  if (witness_file.empty()) return model::success();
  return replace_file(witness_file, encode_witness({store_id, boot, next_sequence}));
}

model::Result<void> LmdbJournal::Impl::put_boot_row(Transaction& transaction, const BootRow& row) {
  return transaction.put(Table::boots, boot_key(boot), encode_boot(boot, row));
}

/// After the commit and by its snapshot: a transaction sees the free list that its own commit will write only then.
void LmdbJournal::Impl::refresh_usage() {
  auto transaction = Transaction::begin(*environment, Access::read);
  if (!transaction) return;
  auto counted = transaction.value().usage();
  if (!counted || !transaction.value().find_outside_reader(counted.value())) return;
  usage = counted.value();
}

/// A reader of somebody else that was killed keeps pages from being used again until it is found: before each commit,
/// also of those that find the map full.
model::Result<CommitResult> LmdbJournal::Impl::try_commit(const Batch& batch) {
  (void)environment->check_readers();  // if it fails, again before the next
  BOOST_OUTCOME_TRY(auto transaction, Transaction::begin(*environment, Access::write));
  BOOST_OUTCOME_TRY(auto written, write_batch(transaction, batch, types, next_sequence));
  BootRow row = boot_row;
  row.clean_stop.reset();  // a commit after the mark: the run has not ended after all
  if (batch.clock) row.learned = batch.clock;
  if (row != boot_row) {
    BOOST_OUTCOME_TRY(put_boot_row(transaction, row));
  }
  BOOST_OUTCOME_TRY(transaction.commit());
  boot_row = row;
  types.merge(written.new_types);
  next_sequence = written.next_sequence;
  refresh_usage();
  return CommitResult{batch.id, CommitStatus::committed, usage, std::move(written.trimmed), {}, false};
}

void LmdbJournal::Impl::note_read(std::uint64_t bytes) {
  resident += resident_of_a_lookup + bytes;
  if (resident < resident_max) return;
  give_back(mapping);
  resident = 0;
}

void LmdbJournal::Impl::close_environment() {
  const std::unique_lock guard{environment_guard};
  environment.reset();
  mapping = {};
}

model::Result<void> LmdbJournal::Impl::reload() {
  BOOST_OUTCOME_TRY(settle_file(file()));  // LMDB may have taken a meta page back in memory that the disk has
  BOOST_OUTCOME_TRY(open_environment());
  BOOST_OUTCOME_TRY(auto transaction, Transaction::begin(*environment, Access::read));
  BOOST_OUTCOME_TRY(check_format(transaction));
  BOOST_OUTCOME_TRY(transaction.open_tables(Tables::must_exist));
  BOOST_OUTCOME_TRY(types, load_types(transaction));
  BOOST_OUTCOME_TRY(next_sequence, load_next_sequence(transaction));
  BOOST_OUTCOME_TRY(usage, transaction.usage());
  for (std::size_t i = 0; i < floors.size(); ++i) {
    BOOST_OUTCOME_TRY(floors[i], load_floor(transaction, static_cast<model::EventClass>(i)));
  }
  return transaction.commit();  // keeps the handles of the tables
}

LmdbJournal::LmdbJournal(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
LmdbJournal::~LmdbJournal() = default;

model::Result<LmdbJournal::Opened> LmdbJournal::open(const OpenOptions& options) {
  BOOST_OUTCOME_TRY(auto lock, lock_folder(options.folder));
  const std::string file = options.folder + "/data.mdb";
  if (std::filesystem::exists(file)) {
    // Left by a run that may have died, or failed, before the file or its name in the folder was safe.
    BOOST_OUTCOME_TRY(settle_file(file));
    BOOST_OUTCOME_TRY(sync_folder(options.folder));
  }
  return open(options, std::move(lock));
}

model::Result<LmdbJournal::Opened> LmdbJournal::open(const OpenOptions& options, Descriptor lock) {
  auto impl = std::make_unique<Impl>();
  impl->folder = options.folder;
  impl->witness_file = options.witness_file;
  impl->counting = options.counting;
  impl->lock = std::move(lock);
  const std::uint64_t present = file_bytes(impl->file());
  impl->map_bytes = whole_pages(std::max({options.size_bytes, store_bytes_min, present}));
  const bool exists = std::filesystem::exists(impl->file());
  if (!exists) {
    if (!options.witness_file.empty()) ::unlink(options.witness_file.c_str());  // of a store that is no more
    BOOST_OUTCOME_TRY(create_store(options, impl->map_bytes));
  }
  BOOST_OUTCOME_TRY(impl->open_environment());
  BOOST_OUTCOME_TRY(auto state, impl->start(options, !exists));
  if (exists && present < impl->map_bytes) {
    BOOST_OUTCOME_TRY(preallocate(impl->file(), impl->map_bytes));
  }
  if (const auto written = impl->write_witness(); !written) state.notes.push_back(written.error().message);
  impl->refresh_usage();
  state.created = !exists;
  state.usage = impl->usage;
  return Opened{std::unique_ptr<LmdbJournal>(new LmdbJournal(std::move(impl))), std::move(state)};
}

CommitResult LmdbJournal::commit(const Batch& batch) {
  CommitResult result{batch.id, CommitStatus::failed, impl_->usage, {}, {}, false};
  {
    const std::shared_lock guard{impl_->environment_guard};
    if (!impl_->environment) {
      result.reason = closed_after_failure;
      return result;
    }
    auto committed = impl_->try_commit(batch);
    if (committed) return std::move(committed).value();
    result.reason = committed.error().message;
    result.is_structure = committed.error().code == "damaged";
    if (committed.error().code == "map_full") result.status = CommitStatus::map_full;
  }
  if (result.status == CommitStatus::failed) impl_->close_environment();
  return result;
}

ReopenResult LmdbJournal::reopen() {
  const std::unique_lock guard{impl_->environment_guard};
  impl_->environment.reset();
  impl_->mapping = {};
  ReopenResult result;
  if (const auto reloaded = impl_->reload(); !reloaded) {
    impl_->environment.reset();
    impl_->mapping = {};
    result.reason = reloaded.error().message;
    result.is_structure = reloaded.error().code == "damaged";
    return result;
  }
  result.open = true;
  result.last_sequence = impl_->next_sequence == 0 ? 0 : impl_->next_sequence - 1;
  result.usage = impl_->usage;
  result.floors = impl_->floors;
  return result;
}

ReadResult LmdbJournal::read(const ReadRequest& request) {
  ReadResult result;
  result.id = request.id;
  result.last = request.after;
  const std::shared_lock guard{impl_->environment_guard};
  if (!impl_->environment) {
    result.reason = closed_after_failure;
    return result;
  }
  const auto bytes = read_log(*impl_->environment, request, result);
  if (bytes) {
    impl_->note_read(bytes.value());
  } else {
    result.reason = bytes.error().message;
    result.is_structure = bytes.error().code == "damaged";
  }
  return result;
}

WalkResult LmdbJournal::walk(const WalkRequest& request) {
  if (request.begin) impl_->walk.emplace(impl_->counting, Writers::running);
  CHARGEHOOK_ASSERT(impl_->walk.has_value());
  WalkReading& walk = *impl_->walk;
  WalkResult result;
  const std::shared_lock guard{impl_->environment_guard};
  if (!impl_->environment) {
    result.reason = closed_after_failure;
  } else if (const auto stepped = walk.step(*impl_->environment); !stepped) {
    result.reason = stepped.error().message;
  }
  result.done = walk.done();
  result.records_seen = walk.walk().records_seen();
  result.rows_seen = walk.walk().rows_seen();
  result.findings = walk.walk().findings();
  give_back(impl_->mapping);
  return result;
}

ExportPage LmdbJournal::export_page(const ExportRequest& request) {
  ExportPage page;
  const std::shared_lock guard{impl_->environment_guard};
  if (!impl_->environment) {
    page.refusal = {"io", std::string{closed_after_failure}};
  } else if (const auto read = read_export(*impl_->environment, impl_->mapping, request, page); !read) {
    page.refusal = read.error();
  }
  return page;
}

StatsResult LmdbJournal::stats() {
  StatsResult result;
  const std::shared_lock guard{impl_->environment_guard};
  if (!impl_->environment) {
    result.reason = closed_after_failure;
    return result;
  }
  auto stats = read_stats(*impl_->environment);
  if (stats) {
    result.stats = std::move(stats).value();
  } else {
    result.reason = stats.error().message;
  }
  give_back(impl_->mapping);
  return result;
}

void LmdbJournal::mark_clean_stop(const model::Now& now) {
  const std::shared_lock guard{impl_->environment_guard};
  if (!impl_->environment) return;
  auto transaction = Transaction::begin(*impl_->environment, Access::write);
  if (!transaction) return;
  BootRow row = impl_->boot_row;
  row.clean_stop = now.wall;
  if (!impl_->put_boot_row(transaction.value(), row)) return;
  // A failure shows at the next start as a stop that was not clean, which it was not.
  if (!transaction.value().commit()) return;
  impl_->boot_row = row;
  (void)impl_->write_witness();  // says less then: no store is blamed for that
}

}  // namespace chargehook::journal::io
