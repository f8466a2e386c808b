#include "journal/intake.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "journal/pressure.hpp"

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

model::Sequence first_sequence(const Now& started) {
  constexpr std::int64_t year_2026 = 1'767'225'600;
  constexpr model::Sequence per_second = 1'000'000;
  return static_cast<model::Sequence>(std::max(model::unix_seconds(started.wall), year_2026)) * per_second;
}

void keep_earlier(std::optional<BootTime>& due, BootTime candidate) {
  if (!due || candidate < *due) due = candidate;
}

}  // namespace

Intake::Intake(const StoredState& stored, const Now& started, IntakeLimits limits)
    : limits_(limits),
      next_sequence_(stored.next_sequence != 0 ? stored.next_sequence : first_sequence(started)),
      boot_(stored.boot),
      logs_(stored.logs),
      usage_(stored.usage) {
  for (std::size_t i = 0; i < logs_.size(); ++i) next_ordinal_[i] = logs_[i].last_ordinal + 1;
  const std::size_t map_share = static_cast<std::size_t>(usage_.pages_total) * 4096 / 64;
  if (map_share > 0) limits_.batch_bytes = std::min(limits_.batch_bytes, map_share);
}

const ClassLog& Intake::log(EventClass event_class) const { return logs_[static_cast<std::size_t>(event_class)]; }

Result<void> Intake::may_admit(const Entry& entry) const {
  if (entry.events.empty())
    return model::success();  // state of ours is small, and events in the queue may depend on it
  if (stopping_) return Error{"stopping", "the gateway is stopping"};
  if (queue_.size() >= limits_.queue_entries || queue_bytes_ >= limits_.queue_bytes) {
    return Error{"queue", "too many events wait for the disk"};
  }
  for (const auto& event : entry.events) {
    if (!admits(usage_, event.event_class)) {
      return Error{"pressure", "the journal is too full for " + std::string{to_string(event.event_class)} + " events"};
    }
    if (event.data.size() + event.subject.size() + event.partition_key.size() + event.id.size() + 256 >
        record_bytes_max) {
      return Error{"size", "event " + event.id + " is larger than 63 KiB"};
    }
  }
  return model::success();
}

Intake::Queued Intake::number(const Now& now, Entry entry) {
  Queued queued{{}, std::move(entry.kv), std::move(entry.streams), entry.waiter, 0};
  queued.records.reserve(entry.events.size());
  for (auto& event : entry.events) {
    auto record = std::make_shared<Record>();
    record->sequence = next_sequence_++;
    record->ordinal = next_ordinal_[static_cast<std::size_t>(event.event_class)]++;
    record->boot = boot_;
    record->boot_time = now.boot;
    record->recorded = now.wall;
    record->recorded_quality = now.quality;
    record->event = std::move(event);
    queued.bytes += record_size(*record);
    queued.records.push_back(std::move(record));
  }
  for (const auto& put : queued.kv) queued.bytes += put.key.size() + put.value.value_or("").size();
  return queued;
}

Result<void> Intake::admit(const Now& now, Entry entry) {
  BOOST_OUTCOME_TRY(may_admit(entry));
  keep_earlier(due_, entry.waiter != no_waiter || entry.events.empty() ? now.boot : BootTime::max());
  for (const auto& event : entry.events) keep_earlier(due_, now.boot + patience(event.event_class));
  queue_.push_back(number(now, std::move(entry)));
  queue_bytes_ += queue_.back().bytes;
  return model::success();
}

void Intake::move_cursors(const Now& now, std::vector<model::StreamRow> rows) {
  for (auto& row : rows) {
    const auto same = std::ranges::find(cursors_, row.id, &model::StreamRow::id);
    if (same == cursors_.end()) {
      cursors_.push_back(std::move(row));
    } else {
      *same = std::move(row);
    }
  }
  if (!cursors_.empty() && !cursors_due_) cursors_due_ = now.boot + cursors_wait;
}

BatchPtr Intake::close_batch(const Now& now, std::vector<Trim> trims) {
  const auto passed = [&](const std::optional<BootTime>& due) { return due && *due <= now.boot; };
  if (writer_ == Writer::waiting && !making_room_) {
    if (!passed(try_again_)) return make_room(std::move(trims));
    try_again_.reset();
    writer_ = Writer::busy;
    return under_way_;
  }
  if (writer_ != Writer::idle) return nullptr;
  const bool something = stopping_ ? !queue_.empty() || !cursors_.empty() : passed(due_) || passed(cursors_due_);
  if (!something && !worth_a_batch(trims)) return nullptr;
  writer_ = Writer::busy;
  under_way_ = gather(std::move(trims));
  return under_way_;
}

bool Intake::worth_a_batch(const std::vector<Trim>& trims) const {
  return std::ranges::any_of(
      trims, [&](const Trim& trim) { return trim.up_to - log(trim.event_class).floor_sequence >= trim.records_max; });
}

BatchPtr Intake::make_room(std::vector<Trim> trims) {
  if (trims.empty() || no_room_to_make_) return nullptr;
  auto batch = std::make_shared<Batch>();
  batch->id = BatchId{next_batch_++};
  batch->trims = std::move(trims);
  making_room_ = std::move(batch);
  return making_room_;
}

BatchPtr Intake::gather(std::vector<Trim> trims) {
  auto batch = std::make_shared<Batch>();
  batch->id = BatchId{next_batch_++};
  batch->trims = std::move(trims);
  batch->streams = std::exchange(cursors_, {});
  cursors_due_.reset();
  std::size_t bytes = 0;
  std::size_t entries = 0;
  while (!queue_.empty() && entries < limits_.batch_entries &&
         (entries == 0 || bytes + queue_.front().bytes <= limits_.batch_bytes)) {
    auto& entry = queue_.front();
    if (entry.waiter != no_waiter) {
      const bool event = !entry.records.empty();
      under_way_waiters_.push_back(
          {entry.waiter, event ? entry.records.front()->event.id : "", event ? entry.records.front()->sequence : 0});
    }
    std::ranges::move(entry.records, std::back_inserter(batch->records));
    std::ranges::move(entry.kv, std::back_inserter(batch->kv));
    std::ranges::move(entry.streams, std::back_inserter(batch->streams));
    bytes += entry.bytes;
    ++entries;
    queue_bytes_ -= entry.bytes;
    queue_.pop_front();
  }
  due_ = queue_.empty() ? std::nullopt
                        : std::optional{BootTime::min()};  // what did not fit goes as soon as the writer is back
  return batch;
}

void Intake::commit_done(const Now& now, const CommitResult& result, IntakeOutputs& out) {
  const bool trim_alone = making_room_ && result.id == making_room_->id;
  CHARGEHOOK_ASSERT(trim_alone || (under_way_ && result.id == under_way_->id));
  if (result.status == CommitStatus::failed) return note_failure(now, result.reason, out);
  if (result.status == CommitStatus::map_full) {
    writer_ = Writer::waiting;
    no_room_to_make_ = trim_alone;
    making_room_.reset();
    try_again_ = now.boot + trouble_pause;
    return set_trouble("the journal is full: " + result.reason, out);
  }
  usage_ = result.usage;
  note_trims(result.trimmed);
  set_trouble("ok", out);
  no_room_to_make_ = false;
  if (!trim_alone) return complete(out);
  making_room_.reset();
  try_again_ = now.boot;  // there is room: the batch that waited goes again
}

void Intake::reopen_done(const Now& now, const ReopenResult& result, IntakeOutputs& out) {
  if (!result.open) return note_failure(now, result.reason, out);
  usage_ = result.usage;
  set_trouble("ok", out);
  making_room_.reset();
  const bool is_there =
      under_way_ && !under_way_->records.empty() && result.last_sequence >= under_way_->records.back()->sequence;
  if (is_there) return complete(out);
  writer_ = under_way_ ? Writer::waiting : Writer::idle;
  try_again_ = now.boot;
}

bool Intake::reopen_due(const Now& now) {
  if (writer_ != Writer::failed || !try_again_ || *try_again_ > now.boot) return false;
  try_again_.reset();
  writer_ = Writer::reopening;
  return true;
}

void Intake::complete(IntakeOutputs& out) {
  for (const auto& record : under_way_->records) {
    auto& log = logs_[static_cast<std::size_t>(record->event.event_class)];
    log.last_sequence = record->sequence;
    log.last_ordinal = record->ordinal;
  }
  out.committed = std::exchange(under_way_, nullptr);
  std::ranges::move(under_way_waiters_, std::back_inserter(out.settled));
  under_way_waiters_.clear();
  try_again_.reset();
  writer_ = Writer::idle;
}

void Intake::note_trims(const std::vector<Trimmed>& trimmed) {
  for (const auto& trim : trimmed) {
    if (trim.records == 0) continue;
    auto& log = logs_[static_cast<std::size_t>(trim.event_class)];
    log.floor_sequence = trim.floor_sequence;
    log.floor_ordinal = trim.floor_ordinal;
  }
}

void Intake::note_failure(const Now& now, std::string reason, IntakeOutputs& out) {
  failures_.push_back(now.boot);
  while (failures_.front() + failure_window < now.boot) failures_.pop_front();
  const bool often = failures_.size() >= failures_tolerated;
  writer_ = Writer::failed;
  making_room_.reset();
  try_again_ = now.boot + (often ? model::Nanoseconds{trouble_pause} : model::Nanoseconds{0});
  set_trouble("the journal cannot be written: " + std::move(reason), out);
}

void Intake::set_trouble(std::string trouble, IntakeOutputs& out) {
  if (trouble == trouble_) return;
  trouble_ = std::move(trouble);
  out.trouble = trouble_;
}

std::optional<BootTime> Intake::next_deadline() const {
  if (writer_ == Writer::busy || writer_ == Writer::reopening || making_room_) return std::nullopt;
  if (writer_ != Writer::idle) return try_again_;
  if (!due_) return cursors_due_;
  return cursors_due_ ? std::min(*due_, *cursors_due_) : due_;
}

void Intake::stop() { stopping_ = true; }

}  // namespace chargehook::journal
