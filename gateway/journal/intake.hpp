/// The way of an event into the store: numbers it, gathers it with what must be written beside it, closes batches,
/// and says what to do when a commit did not succeed. Decides all of this and touches nothing.
/// Owner: core. One thread. Commit protocol and its failures: docs/architecture.md.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "journal/batch.hpp"
#include "journal/newest_rows.hpp"
#include "journal/stored_state.hpp"
#include "model/clock.hpp"
#include "model/event.hpp"
#include "model/result.hpp"

namespace chargehook::journal {

/// Names who waits for an entry to be durable. 0: nobody.
enum class Waiter : std::uint64_t {};
inline constexpr Waiter no_waiter{0};

/// Whether somebody hands an entry in again if it is refused after all.
enum class Repeats : std::uint8_t { no, yes };

/// An event of an entry whose id is to be known again: its row, which gets the event's sequence.
struct MarkedEvent {
  std::size_t event = 0;  ///< which of the entry
  IdRow id;
};

/// An event of an entry that was admitted by another store: what that store said of it.
struct CarriedEvent {
  std::size_t event = 0;  ///< which of the entry
  Origin origin;
  model::WallTime recorded;
  model::TimeQuality recorded_quality = model::TimeQuality::unknown;
};

/// What one step puts out; it commits in one transaction or not at all.
struct Entry {
  std::vector<model::Event> events;
  std::vector<KvPut> kv;
  Waiter waiter = no_waiter;
  Repeats repeats = Repeats::no;
  std::optional<model::Now> seen;  ///< when it was first offered; nothing: at its admission
  std::vector<MarkedEvent> ids;
  std::vector<CarriedEvent> carried;
  std::vector<ImportedPut> imported;
  std::optional<model::EventClass> admit_as;  ///< by whose level all of it is admitted; nothing: each event by its own
};

/// Rows of new streams and the numbers of their endpoints. They pass everything that waits: without them nothing is
/// delivered, and without deliveries a full store never empties.
struct Settings {
  std::vector<model::StreamRow> streams;
  std::vector<model::PendPut> pend;
  std::vector<model::ChainPoint> points;
  std::vector<KvPut> kv;  ///< keys that no waiting Entry writes
  Waiter waiter = no_waiter;
};

/// Records that go although not everybody had them, or are found to be gone: the rows of the streams that pass them,
/// the events that tell those of their loss, the trim, and what the table `gaps` says of it afterwards. It is part of
/// the next batch, whatever that is made of, so no cursor handed in later is durable before it.
struct Eviction {
  std::vector<model::Event> notices;  ///< one for each of the first of `row.notices`, which get its number
  std::optional<GapRow> row;          ///< nothing: no stream lost anything
  std::vector<GapPut> others;         ///< rows that it takes the place of
  std::vector<model::StreamRow> streams;
  std::vector<model::PendPut> pend;
  std::vector<model::ChainPoint> points;
  std::optional<Trim> trim;
};

/// A waiter whose entry is durable.
struct Settled {
  Waiter waiter{};
  std::string event_id;  ///< of the entry's first event, empty if it had none
  model::Sequence sequence = 0;
};

/// What a finished commit means.
struct IntakeOutputs {
  BatchPtr committed;  ///< durable now; null if nothing is
  std::vector<Settled> settled;
  std::vector<Waiter> refused;  ///< admitted before, and now known not to fit: their sources repeat them later
  std::vector<std::uint64_t> refused_ids;  ///< of the same: IdRow::id of their events
  bool reopen = false;                     ///< the store has to be reopened
  std::string trouble;                     ///< set when the state of the store changed: what is wrong, or "ok"
};

struct IntakeLimits {
  std::size_t batch_entries = 4096;
  std::size_t batch_bytes = 4 * 1024 * 1024;
  std::size_t queue_entries = 16 * 1024;
  std::size_t queue_bytes = 16 * 1024 * 1024;
};

class Intake {
 public:
  /// @param started chooses where numbers begin in a created store: 10⁶ × Unix seconds, so that a new store under the
  ///                same source never goes back (a clock before 2026 counts as 2026-01-01)
  Intake(const StoredState& stored, const model::Now& started, IntakeLimits limits = {});

  /// Queues the entry. Order of calls is the order in the log; numbers are given when a batch closes, and one that does
  /// not commit gives them back.
  /// @return "pressure" (the store is too full for this class), "queue" (too much waits for the disk),
  ///         "size" (an event is larger than a record may be), "stopping"; nothing is queued then. An entry without
  ///         events is always taken
  [[nodiscard]] model::Result<void> admit(const model::Now& now, Entry entry);

  /// Taken always, at once, before all that is queued.
  void put(const model::Now& now, Settings settings);

  /// Taken always; part of the next batch, which is due. At most one until it is durable: asserted.
  void evict(const model::Now& now, Eviction eviction);
  [[nodiscard]] bool is_evicting() const;

  /// Entries that were admitted did not fit, and nothing has made room yet.
  [[nodiscard]] bool is_full() const { return is_full_; }

  /// Whether cursors may pass what is not done: the store has room for its rows, also for those that are not stored
  /// yet.
  [[nodiscard]] bool may_pend() const;

  /// Whether cursors handed in at this moment would be part of a batch, or set the time of one. If not they may stay
  /// where they are: what they have become by then is handed in later.
  [[nodiscard]] bool wants_cursors(const model::Now& now) const;

  /// Rows of `ids` to delete: a bounded number of them rides in each batch that has entries.
  void drop_ids(std::vector<IdRow> rows);

  /// Cursors that moved, and what they have passed: they ride in the next batch, at the latest after a second.
  void move_cursors(const model::Now& now, const model::StreamChanges& changes);

  /// What the clock should show: goes into the row of this boot with the next batch, at once.
  void learn(const model::Now& now, const model::LearnedClock& clock);

  /// The next batch, if the writer is idle and something is due; null otherwise.
  /// @param trims ride in it; so many that they fill a batch make one due by themselves, and while undelivered records
  ///              would be next to go any does. What they take must not be
  ///              wanted under the cursors that were handed in before
  /// @param out   gets who is refused because nothing makes room for them
  [[nodiscard]] BatchPtr close_batch(const model::Now& now, std::vector<Trim> trims, IntakeOutputs& out);

  void commit_done(const model::Now& now, const CommitResult& result, IntakeOutputs& out);
  void reopen_done(const model::Now& now, const ReopenResult& result, IntakeOutputs& out);

  /// Asks for a reopening whose waiting time is over.
  [[nodiscard]] bool reopen_due(const model::Now& now);

  [[nodiscard]] std::optional<model::BootTime> next_deadline() const;

  /// Everything queued is due at once from now on, and nothing more is admitted.
  void stop();
  [[nodiscard]] bool idle() const;

  [[nodiscard]] const Usage& usage() const { return usage_; }
  [[nodiscard]] std::uint32_t boot() const { return boot_; }
  [[nodiscard]] model::Sequence next_sequence() const { return next_sequence_; }  ///< above all that were given
  [[nodiscard]] const ClassLog& log(model::EventClass event_class) const;
  [[nodiscard]] const std::string& trouble() const { return trouble_; }

 private:
  struct Queued {
    std::vector<std::shared_ptr<Record>> records;  ///< numbered while a batch holds them
    std::vector<KvPut> kv;
    std::vector<MarkedEvent> ids;
    std::vector<ImportedPut> imported;
    Waiter waiter = no_waiter;
    Repeats repeats = Repeats::no;
    std::size_t bytes = 0;
  };
  struct EvictionRecords {
    Eviction what;
    std::vector<std::shared_ptr<Record>> records;  ///< of its notices
  };
  /// A batch that the writer has, and what it was made of: it goes back where it came from if it does not commit.
  struct Submission {
    BatchPtr batch;
    std::deque<Queued> entries;
    std::vector<KvPut> settings;
    std::vector<Waiter> settings_waiters;
    std::optional<EvictionRecords> eviction;
  };
  enum class Writer : std::uint8_t { idle, busy, failed, reopening };

  [[nodiscard]] model::Result<void> may_admit(const Entry& entry) const;
  [[nodiscard]] std::shared_ptr<Record> stamped(const model::Now& now, model::Event event) const;
  [[nodiscard]] Queued queued(const model::Now& now, Entry entry) const;
  void give_number(Record& record);
  void take_numbers_back();
  void add_eviction(Submission& submission, Batch& batch);
  [[nodiscard]] bool is_something_due(const model::Now& now, const std::vector<Trim>& trims) const;
  [[nodiscard]] BatchPtr submit(std::vector<Trim> trims, bool with_entries);
  void add_entries(Submission& submission, Batch& batch);
  void add_old_ids(Batch& batch);
  void take_back(Submission submission);
  void refuse_what_repeats(IntakeOutputs& out);
  void complete(IntakeOutputs& out);
  void note_trims(const Batch& batch, const std::vector<Trimmed>& trimmed);
  void note_failure(const model::Now& now, std::string reason, IntakeOutputs& out);
  void set_trouble(std::string trouble, IntakeOutputs& out);

  IntakeLimits limits_;
  model::Sequence next_sequence_;  ///< what the next batch begins with
  std::uint32_t boot_;
  std::array<model::Ordinal, model::event_class_count> last_ordinal_{};  ///< given in the batch being made
  std::array<ClassLog, model::event_class_count> logs_{};                ///< durable ends and floors
  Usage usage_;

  std::deque<Queued> queue_;
  std::size_t queue_bytes_ = 0;
  std::optional<model::BootTime> due_;  ///< of the queue
  NewestRows cursors_;
  std::vector<KvPut> settings_;
  std::vector<Waiter> settings_waiters_;
  std::optional<model::LearnedClock> clock_;
  std::optional<model::BootTime> cursors_due_;  ///< of cursors_, settings_, clock_ and eviction_
  std::optional<EvictionRecords> eviction_;
  std::deque<IdRow> old_ids_;  ///< to delete

  Writer writer_ = Writer::idle;
  std::uint64_t next_batch_ = 1;
  std::optional<Submission> under_way_;        ///< with the writer, or in doubt after a failure
  bool is_full_ = false;                       ///< entries did not fit: first what makes room, then they again
  bool room_made_ = false;                     ///< … and now they again
  bool room_failed_ = false;                   ///< not even that fitted
  std::optional<model::BootTime> full_until_;  ///< a pause, because nothing makes room
  std::optional<model::BootTime> reopen_at_;
  std::deque<model::BootTime> failures_;
  std::string trouble_ = "ok";
  bool stopping_ = false;
};

}  // namespace chargehook::journal
