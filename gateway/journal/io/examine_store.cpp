#include "journal/io/examine_store.hpp"

#include <optional>
#include <utility>
#include <vector>

#include "journal/format/bytes.hpp"
#include "journal/io/page_file.hpp"
#include "journal/io/stats_reading.hpp"
#include "journal/io/stopped_store.hpp"
#include "journal/io/used_pages.hpp"
#include "journal/io/walk_reading.hpp"
#include "journal/verify/examination.hpp"
#include "journal/verify/unclean_starts.hpp"

namespace chargehook::journal::io {
namespace {

constexpr std::size_t records_at_an_end = 1000;

class Examiner {
 public:
  Examiner(const ExamineOptions& options, const std::function<void(std::string_view)>& tell, Environment& environment)
      : options_(options), tell_(tell), environment_(environment), reading_(options.counting, Writers::none) {}

  void run() {
    const bool is_whole = options_.extent == Extent::whole || runs_keep_failing();
    const auto pages = look_at_pages(is_whole ? PagesLookedAt::all : PagesLookedAt::above_leaves);
    if (!pages) tell_(finding_line({Harm::structure, {}, pages.error().message}));
    if (is_whole) {
      walk();
    } else {
      // What is wrong is among the findings.
      (void)reading_.look_at_ends(environment_, records_at_an_end);
      tell_progress();
    }
    if (reading_.walk().findings().count() == 0) count_rows();
    for (const auto& finding : reading_.walk().findings().kept()) tell_(finding_line(finding));
    tell_(end_line());
  }

 private:
  [[nodiscard]] model::Result<void> look_at_pages(PagesLookedAt extent) {
    BOOST_OUTCOME_TRY(auto transaction, Transaction::begin(environment_, Access::read));
    BOOST_OUTCOME_TRY(const auto is_free, transaction.free_pages());
    BOOST_OUTCOME_TRY(auto file, PageFile::open(options_.folder + "/data.mdb"));
    return check_used_pages(file, is_free, extent, [this] { tell_progress(); });
  }

  /// A page that holds an older state of itself, or of another, is sound by itself; what it lacks is counted all the
  /// same.
  void count_rows() {
    const auto stats = read_stats(environment_);
    auto transaction = Transaction::begin(environment_, Access::read);
    if (!stats || !transaction) return;
    for (const auto event_class : model::all_event_classes) {
      const auto rows = transaction.value().rows_of(log_table(event_class));
      const std::uint64_t records = stats.value().classes[model::index_of(event_class)].records;
      if (!rows || rows.value() == records) continue;
      tell_(finding_line({Harm::structure, std::string{name_of(log_table(event_class))},
                          "has " + std::to_string(records) + " records by their numbers, and " +
                              std::to_string(rows.value()) + " by its root"}));
    }
  }

  [[nodiscard]] bool runs_keep_failing() {
    std::vector<BootRow> rows;
    auto transaction = Transaction::begin(environment_, Access::read);
    if (!transaction) return false;
    auto cursor = Cursor::open(transaction.value(), Table::boots);
    if (!cursor) return false;
    auto row = cursor.value().last();
    for (int back = 0; back < 3 && row && row.value(); ++back, row = cursor.value().previous()) {
      if (row.value()->key.size() != sizeof(std::uint32_t)) return false;
      const auto boot = decode_boot(static_cast<std::uint32_t>(big_endian(row.value()->key)), row.value()->value);
      if (!boot) return false;
      rows.insert(rows.begin(), boot.value());
    }
    return keeps_failing(rows, options_.now, options_.boot_uuid);
  }

  void walk() {
    tell_(whole_line());
    if (const auto stats = read_stats(environment_)) {
      for (const auto& of : stats.value().classes) records_total_ += of.records;
    }
    std::uint64_t told = 0;
    while (!reading_.done() && reading_.step(environment_)) {
      const std::uint64_t seen = reading_.walk().records_seen() + reading_.walk().rows_seen();
      if (seen - told < 10'000) continue;
      told = seen;
      tell_progress();
    }
    tell_progress();
  }

  void tell_progress() {
    tell_(progress_line(reading_.walk().records_seen(), records_total_, reading_.walk().rows_seen()));
  }

  const ExamineOptions& options_;
  const std::function<void(std::string_view)>& tell_;
  Environment& environment_;
  WalkReading reading_;
  std::uint64_t records_total_ = 0;
};

}  // namespace

namespace {

/// LMDB believes what these two pages say, and would go back to the older of two states without a word.
model::Result<void> check_first_pages(const std::string& path) {
  BOOST_OUTCOME_TRY(auto file, PageFile::open(path));
  BOOST_OUTCOME_TRY(const auto one, read_lmdb_meta(file.page(0), 0, file.pages()));
  BOOST_OUTCOME_TRY(const auto other, read_lmdb_meta(file.page(1), 1, file.pages()));
  if (are_neighbours(one, other)) return model::success();
  return model::Error{"damaged", "the first two pages of the file are of commits that do not follow each other"};
}

}  // namespace

void examine_store(const ExamineOptions& options, const std::function<void(std::string_view line)>& tell) {
  const auto refuse = [&](const model::Error& error) {
    if (error.code == "damaged") {
      tell(finding_line({Harm::structure, {}, error.message}));
      tell(end_line());
    } else {
      tell(refusal_line(error.code, error.message));
    }
  };
  Descriptor lock;
  if (!options.is_locked) {
    auto taken = lock_stopped(options.folder);
    if (!taken) return refuse(taken.error());
    lock = std::move(taken).value();
  }
  if (const auto sound = check_first_pages(options.folder + "/data.mdb"); !sound) return refuse(sound.error());
  auto environment = open_read_only(options.folder);
  if (!environment) return refuse(environment.error());
  Examiner{options, tell, environment.value()}.run();
}

}  // namespace chargehook::journal::io
