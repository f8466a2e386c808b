#include "journal/intake.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "journal/pressure.hpp"
#include "journal/sequence_end.hpp"

namespace chargehook::journal {

using namespace std::chrono_literals;
using model::BootTime;
using model::Error;
using model::EventClass;
using model::Now;
using model::Result;

namespace {

constexpr auto cursors_wait = 1s;
constexpr auto failure_window = 60s;
constexpr auto failures_tolerated = 3U;
constexpr auto trouble_pause = 30s;
constexpr std::size_t old_ids_per_batch = 256;
constexpr std::size_t pend_unstored_max = 1000;  // some 50 pages: what one commit adds stays far below the reserve

/// How long an event may wait for company before its batch goes.
model::Nanoseconds patience(EventClass event_class) {
  switch (event_class) {
    case EventClass::billing:
    case EventClass::safety:
      return 0s;
    case EventClass::state:
      return 200ms;
    case EventClass::telemetry:
      return 2s;
  }
  return 0s;
}

/// It was not admitted in any boot of this store, whose clock says nothing of it.
void note_origin(Record& record, const CarriedEvent& carried) {
  record.boot = boot_of_imported;
  record.boot_time = {};
  record.recorded = carried.recorded;
  record.recorded_quality = carried.recorded_quality;
  record.origin = carried.origin;
}

}  // namespace

Intake::Intake(const StoredState& stored, const Now& started, IntakeLimits limits)
    : limits_(limits),
      next_sequence_(stored.next_sequence != 0 ? stored.next_sequence : first_sequence(started.wall)),
      boot_(stored.boot),
      logs_(stored.logs),
      usage_(stored.usage) {
  const std::size_t map_share = static_cast<std::size_t>(usage_.pages_total) * 4096 / 64;
  if (map_share > 0) limits_.batch_bytes = std::min(limits_.batch_bytes, map_share);
}

const ClassLog& Intake::log(EventClass event_class) const { return logs_[static_cast<std::size_t>(event_class)]; }

Result<void> Intake::may_admit(const Entry& entry) const {
  if (entry.events.empty()) return model::success();  // state of ours is small, and events in the queue may need it
  for (const auto& event : entry.events) {            // first: what never fits is not told to come again
    if (!fits_record(event)) return Error{"size", "event " + event.id + " is larger than 63 KiB"};
  }
  if (stopping_) return Error{"stopping", "the gateway is stopping"};
  if (queue_.size() >= limits_.queue_entries || queue_bytes_ >= limits_.queue_bytes) {
    return Error{"queue", "too many events wait for the disk"};
  }
  for (const auto& event : entry.events) {
    const bool stuck = is_full_ && entry.repeats == Repeats::yes;
    if (stuck || !admits(usage_, queue_bytes_, entry.admit_as.value_or(event.event_class))) {
      return Error{"pressure", "the journal is too full for " + std::string{to_string(event.event_class)} + " events"};
    }
  }
  return model::success();
}

std::shared_ptr<Record> Intake::stamped(const Now& now, model::Event event) const {
  auto record = std::make_shared<Record>();
  record->boot = boot_;
  record->boot_time = now.boot;
  record->recorded = now.wall;
  record->recorded_quality = now.quality;
  record->event = std::move(event);
  return record;
}

Intake::Queued Intake::queued(const Now& now, Entry entry) const {
  Queued queued{{}, std::move(entry.kv), std::move(entry.ids), std::move(entry.imported), entry.waiter, entry.repeats,
                0};
  queued.records.reserve(entry.events.size());
  const Now& seen = entry.seen ? *entry.seen : now;
  for (auto& event : entry.events) {
    queued.records.push_back(stamped(seen, std::move(event)));
    queued.bytes += record_size(*queued.records.back());
  }
  for (const auto& carried : entry.carried) note_origin(*queued.records[carried.event], carried);
  for (const auto& put : queued.kv) queued.bytes += put.key.size() + put.value.value_or("").size();
  return queued;
}

Result<void> Intake::admit(const Now& now, Entry entry) {
  BOOST_OUTCOME_TRY(may_admit(entry));
  model::keep_earlier(due_, entry.waiter != no_waiter || entry.events.empty() ? now.boot : BootTime::max());
  for (const auto& event : entry.events) model::keep_earlier(due_, now.boot + patience(event.event_class));
  queue_.push_back(queued(now, std::move(entry)));
  queue_bytes_ += queue_.back().bytes;
  return model::success();
}

void Intake::put(const Now& now, Settings settings) {
  cursors_.merge(settings.streams, settings.pend, settings.points, Age::newer);
  std::ranges::move(settings.kv, std::back_inserter(settings_));
  if (settings.waiter != no_waiter) settings_waiters_.push_back(settings.waiter);
  cursors_due_ = now.boot;
}

void Intake::evict(const Now& now, Eviction eviction) {
  CHARGEHOOK_ASSERT(!is_evicting());
  EvictionRecords pending;
  for (auto& notice : eviction.notices) pending.records.push_back(stamped(now, std::move(notice)));
  cursors_.merge(eviction.streams, eviction.pend, eviction.points, Age::newer);
  pending.what = std::move(eviction);
  eviction_ = std::move(pending);
  cursors_due_ = now.boot;
}

bool Intake::is_evicting() const { return eviction_ || (under_way_ && under_way_->eviction); }

void Intake::learn(const Now& now, const model::LearnedClock& clock) {
  clock_ = clock;
  cursors_due_ = now.boot;
}

bool Intake::may_pend() const {
  const std::size_t under_way = under_way_ ? under_way_->batch->pend.size() : 0;
  return !is_full_ && journal::may_pend(usage_) && cursors_.pend_count() + under_way < pend_unstored_max;
}

void Intake::drop_ids(std::vector<IdRow> rows) { std::ranges::move(rows, std::back_inserter(old_ids_)); }

bool Intake::wants_cursors(const Now& now) const {
  if (stopping_ || is_full_ || is_trimming(usage_)) return true;
  return writer_ == Writer::idle && (!cursors_due_ || is_something_due(now, {}));
}

void Intake::move_cursors(const Now& now, const model::StreamChanges& changes) {
  cursors_.merge(changes.rows, changes.pend, changes.points, Age::newer);
  if (!cursors_.empty()) model::keep_earlier(cursors_due_, now.boot + cursors_wait);
}

bool Intake::is_something_due(const Now& now, const std::vector<Trim>& trims) const {
  const auto passed = [&](const std::optional<BootTime>& due) { return due && *due <= now.boot; };
  if (eviction_ || (stopping_ && !(queue_.empty() && cursors_.empty() && settings_.empty() && !clock_))) return true;
  if (passed(due_) || passed(cursors_due_)) return true;
  if (!trims.empty() && level_of(usage_) > PressureLevel::delivered_goes) return true;
  return std::ranges::any_of(
      trims, [&](const Trim& trim) { return trim.up_to - log(trim.event_class).floor_sequence >= trim.records_max; });
}

BatchPtr Intake::close_batch(const Now& now, std::vector<Trim> trims, IntakeOutputs& out) {
  if (writer_ != Writer::idle) return nullptr;
  if (!is_full_) return is_something_due(now, trims) ? submit(std::move(trims), true) : nullptr;

  if (std::exchange(room_made_, false)) return submit({}, true);
  const bool pausing = full_until_ && *full_until_ > now.boot;
  const bool makes_room = !trims.empty() || !cursors_.empty() || !settings_.empty() || clock_ || eviction_;
  if (makes_room && !(room_failed_ && pausing)) return submit(std::move(trims), false);
  refuse_what_repeats(out);
  if (queue_.empty() && !room_failed_) {
    is_full_ = false;
    full_until_.reset();
    return nullptr;
  }
  if (!full_until_) full_until_ = now.boot + trouble_pause;
  if (*full_until_ > now.boot) return nullptr;
  full_until_.reset();
  return submit(std::move(trims), true);
}

void Intake::give_number(Record& record) {
  record.sequence = next_sequence_++;
  record.ordinal = ++last_ordinal_[static_cast<std::size_t>(record.event.event_class)];
}

/// Nothing of the batch is durable: what is handed in next gets its numbers.
void Intake::take_numbers_back() {
  const auto& records = under_way_->batch->records;
  if (!records.empty()) next_sequence_ = records.front()->sequence;
}

void Intake::add_eviction(Submission& submission, Batch& batch) {
  submission.eviction = std::exchange(eviction_, std::nullopt);
  if (!submission.eviction) return;
  auto& [what, records] = *submission.eviction;
  for (std::size_t i = 0; i < records.size(); ++i) {
    give_number(*records[i]);
    what.row->notices[i].event = records[i]->sequence;
    batch.records.push_back(records[i]);
  }
  batch.gaps = what.others;
  if (what.row) batch.gaps.push_back({what.row->event_class, what.row->from_sequence, what.row});
  if (!what.trim) return;
  std::erase_if(batch.trims, [&](const Trim& trim) { return trim.event_class == what.trim->event_class; });
  batch.trims.push_back(*what.trim);
}

/// @param with_entries without them the batch only makes room and moves cursors, which the store's reserve is for
BatchPtr Intake::submit(std::vector<Trim> trims, bool with_entries) {
  auto batch = std::make_shared<Batch>();
  Submission submission;
  batch->id = BatchId{next_batch_++};
  batch->trims = std::move(trims);
  cursors_.move_to(*batch);
  if (is_full_ || !may_leave_points(usage_)) batch->points.clear();
  batch->keeps_points = !journal::may_pend(usage_);
  submission.settings = std::exchange(settings_, {});
  submission.settings_waiters = std::exchange(settings_waiters_, {});
  batch->kv = submission.settings;
  batch->clock = std::exchange(clock_, std::nullopt);
  cursors_due_.reset();
  for (std::size_t i = 0; i < logs_.size(); ++i) last_ordinal_[i] = logs_[i].last_ordinal;
  add_eviction(submission, *batch);
  if (with_entries) add_entries(submission, *batch);
  batch->makes_room = submission.entries.empty();
  submission.batch = batch;
  under_way_ = std::move(submission);
  writer_ = Writer::busy;
  return batch;
}

void Intake::add_entries(Submission& submission, Batch& batch) {
  std::size_t bytes = 0;
  while (!queue_.empty() && submission.entries.size() < limits_.batch_entries &&
         (submission.entries.empty() || bytes + queue_.front().bytes <= limits_.batch_bytes)) {
    auto& entry = submission.entries.emplace_back(std::move(queue_.front()));
    queue_.pop_front();
    bytes += entry.bytes;
    for (const auto& record : entry.records) give_number(*record);
    std::ranges::copy(entry.records, std::back_inserter(batch.records));
    std::ranges::copy(entry.kv, std::back_inserter(batch.kv));
    std::ranges::copy(entry.imported, std::back_inserter(batch.imported));
    for (auto& mark : entry.ids) {
      mark.id.sequence = entry.records[mark.event]->sequence;
      batch.ids.push_back(mark.id);
    }
  }
  add_old_ids(batch);
  queue_bytes_ -= bytes;
  due_ = queue_.empty() ? std::nullopt : std::optional{BootTime::min()};  // the rest goes as soon as the writer is back
}

/// Twice as many as come, so that the table does not grow beyond its bound.
void Intake::add_old_ids(Batch& batch) {
  const auto count = std::min(old_ids_.size(), std::max(old_ids_per_batch, 2 * batch.ids.size()));
  const auto end = old_ids_.begin() + static_cast<std::ptrdiff_t>(count);
  batch.old_ids.assign(old_ids_.begin(), end);
  old_ids_.erase(old_ids_.begin(), end);
}

/// What a batch held that did not commit goes back, in order, before what has come since.
void Intake::take_back(Submission submission) {
  cursors_.merge(submission.batch->streams, submission.batch->pend, submission.batch->points, Age::older);
  if (submission.eviction) eviction_ = std::move(submission.eviction);
  old_ids_.insert(old_ids_.begin(), submission.batch->old_ids.begin(), submission.batch->old_ids.end());
  settings_.insert(settings_.begin(), submission.settings.begin(), submission.settings.end());
  std::ranges::move(submission.settings_waiters, std::back_inserter(settings_waiters_));
  if (!clock_) clock_ = submission.batch->clock;
  if (!cursors_.empty() || !settings_.empty() || clock_ || eviction_) cursors_due_ = BootTime::min();
  for (auto entry = submission.entries.rbegin(); entry != submission.entries.rend(); ++entry) {
    queue_bytes_ += entry->bytes;
    queue_.push_front(std::move(*entry));
  }
  if (!queue_.empty()) due_ = BootTime::min();
}

/// Whoever repeats its entry is told to do so later.
void Intake::refuse_what_repeats(IntakeOutputs& out) {
  std::deque<Queued> kept;
  for (auto& entry : queue_) {
    if (entry.repeats == Repeats::no) {
      kept.push_back(std::move(entry));
      continue;
    }
    queue_bytes_ -= entry.bytes;
    if (entry.waiter != no_waiter) out.refused.push_back(entry.waiter);
    for (const auto& mark : entry.ids) out.refused_ids.push_back(mark.id.id);
  }
  const bool is_any_gone = kept.size() < queue_.size();
  queue_ = std::move(kept);
  if (is_any_gone && queue_.empty()) due_.reset();
}

void Intake::commit_done(const Now& now, const CommitResult& result, IntakeOutputs& out) {
  CHARGEHOOK_ASSERT(under_way_ && result.id == under_way_->batch->id);
  if (result.status == CommitStatus::failed) return note_failure(now, result.reason, out);
  writer_ = Writer::idle;
  if (result.status == CommitStatus::map_full) {
    is_full_ = true;
    room_failed_ = under_way_->entries.empty();
    if (room_failed_) full_until_ = now.boot + trouble_pause;
    take_numbers_back();
    take_back(std::move(*std::exchange(under_way_, std::nullopt)));
    return set_trouble("the journal is full: " + result.reason, out);
  }
  usage_ = result.usage;
  note_trims(*under_way_->batch, result.trimmed);
  complete(out);
}

void Intake::reopen_done(const Now& now, const ReopenResult& result, IntakeOutputs& out) {
  if (!result.open) return note_failure(now, result.reason, out);
  usage_ = result.usage;
  writer_ = Writer::idle;
  const auto& records = under_way_->batch->records;
  const bool is_there = !records.empty() && result.last_sequence >= records.back()->sequence;
  for (std::size_t i = 0; i < logs_.size(); ++i) {
    logs_[i].floor_sequence = result.floors[i].sequence;
    logs_[i].floor_ordinal = result.floors[i].ordinal;
  }
  if (is_there) return complete(out);
  take_numbers_back();
  take_back(std::move(*std::exchange(under_way_, std::nullopt)));
  set_trouble("ok", out);
}

bool Intake::reopen_due(const Now& now) {
  if (writer_ != Writer::failed || !reopen_at_ || *reopen_at_ > now.boot) return false;
  reopen_at_.reset();
  writer_ = Writer::reopening;
  return true;
}

void Intake::complete(IntakeOutputs& out) {
  auto done = std::move(*std::exchange(under_way_, std::nullopt));
  for (const auto& record : done.batch->records) {
    auto& log = logs_[static_cast<std::size_t>(record->event.event_class)];
    log.last_sequence = record->sequence;
    log.last_ordinal = record->ordinal;
  }
  for (const auto waiter : done.settings_waiters) out.settled.push_back({waiter, {}, 0});
  for (const auto& entry : done.entries) {
    if (entry.waiter == no_waiter) continue;
    const bool event = !entry.records.empty();
    out.settled.push_back(
        {entry.waiter, event ? entry.records.front()->event.id : "", event ? entry.records.front()->sequence : 0});
  }
  room_failed_ = false;
  room_made_ = is_full_ && done.entries.empty() && !queue_.empty();
  if (!room_made_) {
    is_full_ = false;
    full_until_.reset();
    set_trouble("ok", out);
  }
  out.committed = std::move(done.batch);
}

/// One that took less than it might has left nothing up to its end, whether or not a record lay there.
void Intake::note_trims(const Batch& batch, const std::vector<Trimmed>& trimmed) {
  for (std::size_t i = 0; i < trimmed.size(); ++i) {
    const Trim& asked = batch.trims[i];
    const bool is_all = trimmed[i].records < asked.records_max;
    auto& log = logs_[static_cast<std::size_t>(asked.event_class)];
    log.floor_sequence = std::max(log.floor_sequence, is_all ? asked.up_to : trimmed[i].floor_sequence);
    log.floor_ordinal = std::max(log.floor_ordinal, trimmed[i].floor_ordinal);
  }
}

void Intake::note_failure(const Now& now, std::string reason, IntakeOutputs& out) {
  failures_.push_back(now.boot);
  while (failures_.front() + failure_window < now.boot) failures_.pop_front();
  const bool often = failures_.size() >= failures_tolerated;
  writer_ = Writer::failed;
  reopen_at_ = now.boot + (often ? model::Nanoseconds{trouble_pause} : model::Nanoseconds{0});
  set_trouble("the journal cannot be written: " + std::move(reason), out);
}

void Intake::set_trouble(std::string trouble, IntakeOutputs& out) {
  if (trouble == trouble_) return;
  trouble_ = std::move(trouble);
  out.trouble = trouble_;
}

std::optional<BootTime> Intake::next_deadline() const {
  if (writer_ == Writer::failed) return reopen_at_;
  if (writer_ != Writer::idle) return std::nullopt;
  if (is_full_ && full_until_) return full_until_;
  auto earliest = due_;
  model::keep_earlier(earliest, cursors_due_);
  return earliest;
}

bool Intake::idle() const {
  return queue_.empty() && cursors_.empty() && settings_.empty() && !clock_ && !eviction_ && !under_way_;
}

void Intake::stop() { stopping_ = true; }

}  // namespace chargehook::journal
