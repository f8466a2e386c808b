#include "core/time/time_revisions.hpp"

#include <algorithm>
#include <ranges>
#include <utility>

#include "core/read_ids.hpp"
#include "core/stamp.hpp"
#include "model/event_id.hpp"

namespace chargehook::core {

using namespace std::chrono_literals;
using model::BootClocks;
using model::BootTime;

namespace {

constexpr std::uint32_t records_at_once = 64;
constexpr std::size_t fields_bytes = 512;  // of a record, beside its data: room for ids and the like
constexpr std::size_t entry_bytes = journal::record_bytes_max / 2;  // with one more event at most three halves of it
constexpr auto pause_after_trouble = 1s;

}  // namespace

TimeRevisions::TimeRevisions(const std::map<std::string, std::string>& kv, const BootClocks& clocks,
                             const Sequences& ends) {
  for (auto row = kv.lower_bound(std::string{plan_prefix}); row != kv.end(); ++row) {
    if (!row->first.starts_with(plan_prefix)) break;
    if (const auto plan = decode_plan(row->second)) plans_.push_back(*plan);
  }
  const auto row = kv.find(std::string{mark_key});
  if (row == kv.end()) return;
  if (const auto mark = decode_mark(row->second)) take_old_mark(*mark, clocks, ends);
}

/// A mark of this boot of the machine goes on. One of an earlier boot that learned the time in its last moments becomes
/// a plan; one of a boot that never did is of no use.
void TimeRevisions::take_old_mark(const UncorrectedMark& mark, const BootClocks& clocks, const Sequences& ends) {
  if (mark.first_boot == clocks.first_of_present()) {
    mark_ = mark;
    is_mark_stored_ = true;
    sent_ = ends;
    return;
  }
  puts_.push_back({std::string{mark_key}, std::nullopt});
  if (clocks.of(mark.first_boot)) begin({mark.first_boot, clocks.last_of(mark.first_boot), mark.after, ends});
}

bool TimeRevisions::mark(const BootClocks& clocks, const Sequences& ends) {
  if (mark_) return false;
  mark_ = UncorrectedMark{clocks.first_of_present(), ends};
  sent_ = {};
  puts_.push_back({std::string{mark_key}, encode_mark(*mark_)});
  return true;
}

void TimeRevisions::sent(const Sequences& up_to) {
  for (std::size_t i = 0; i < sent_.size(); ++i) sent_[i] = std::max(sent_[i], up_to[i]);
}

void TimeRevisions::known(const BootClocks& clocks, bool was_right) {
  if (!mark_) return;
  const UncorrectedMark mark = *std::exchange(mark_, std::nullopt);
  is_mark_stored_ = false;
  puts_.push_back({std::string{mark_key}, std::nullopt});
  if (!was_right) begin({mark.first_boot, clocks.present(), mark.after, sent_});
}

void TimeRevisions::begin(const RevisionPlan& plan) {
  const bool is_any = std::ranges::any_of(std::views::iota(std::size_t{0}, plan.done.size()),
                                          [&](std::size_t i) { return plan.done[i] < plan.up_to[i]; });
  if (!is_any) return;
  plans_.push_back(plan);
  puts_.push_back({plan_key(plan), encode_plan(plan)});
}

std::optional<std::size_t> TimeRevisions::unfinished_class() const {
  const RevisionPlan& plan = plans_.front();
  for (std::size_t i = 0; i < plan.done.size(); ++i) {
    if (plan.done[i] < plan.up_to[i]) return i;
  }
  return std::nullopt;
}

void TimeRevisions::end_front() {
  puts_.push_back({plan_key(plans_.front()), std::nullopt});
  plans_.pop_front();
}

std::optional<journal::ReadRequest> TimeRevisions::next_read(BootTime now) {
  if (doing_ != Doing::nothing || (again_ && *again_ > now)) return std::nullopt;
  while (!plans_.empty() && !unfinished_class()) end_front();
  if (plans_.empty()) return std::nullopt;
  again_.reset();
  doing_ = Doing::reading;
  const auto place = *unfinished_class();
  journal::ReadRequest request;
  request.id = make_read_id(ReadKind::revision, 0);
  request.event_class = static_cast<model::EventClass>(place);
  request.after = plans_.front().done[place];
  request.records_max = records_at_once;
  return request;
}

std::optional<journal::Entry> TimeRevisions::read(BootTime now, const journal::ReadResult& result,
                                                  const BootClocks& clocks) {
  doing_ = Doing::nothing;
  if (!result.reason.empty()) {
    pause(now);
    return std::nullopt;
  }
  const auto place = *unfinished_class();
  next_ = plans_.front();
  const bool is_end = result.last <= next_.done[place];
  next_.done[place] = is_end ? next_.up_to[place] : std::min(result.last, next_.up_to[place]);
  auto entry = entry_of(result.records, place, clocks);
  if (entry.events.empty()) {
    plans_.front() = next_;
    return std::nullopt;
  }
  doing_ = Doing::storing;
  entry.kv.push_back({plan_key(next_), encode_plan(next_)});
  return entry;
}

/// As many as make one entry of about the size that a single event may have: where the journal is nearly full a larger
/// one would never fit, and everybody waits behind it. Where it ends, `next_` ends too.
journal::Entry TimeRevisions::entry_of(const std::vector<journal::RecordPtr>& records, std::size_t place,
                                       const BootClocks& clocks) {
  journal::Entry entry;
  std::size_t bytes = 0;
  for (const auto& record : records) {
    const bool is_meant =
        record->sequence <= next_.up_to[place] && record->boot >= next_.first_boot && record->boot <= next_.last_boot;
    if (!is_meant) continue;
    auto revision = time_revision(*record, clocks);
    if (!revision) continue;
    bytes += journal::record_size(*record);
    entry.events.push_back(std::move(*revision));
    if (bytes < entry_bytes) continue;
    next_.done[place] = record->sequence;
    break;
  }
  return entry;
}

void TimeRevisions::stored() {
  doing_ = Doing::nothing;
  plans_.front() = next_;
}

void TimeRevisions::refused(BootTime now) {
  doing_ = Doing::nothing;
  pause(now);
}

void TimeRevisions::pause(BootTime now) { again_ = now + pause_after_trouble; }

std::optional<BootTime> TimeRevisions::next_deadline() const {
  return plans_.empty() || doing_ != Doing::nothing ? std::nullopt : again_;
}

std::optional<model::Event> time_revision(const journal::Record& record, const BootClocks& clocks) {
  const auto shown = model::shown_times(record.event, stamp_of(record), clocks);
  if (shown.quality == record.event.time_quality) return std::nullopt;
  model::Event event = record.event;
  event.id = model::time_correction_id(event.id);
  event.time = shown.time;
  event.time_quality = shown.quality;
  const std::size_t bytes = event.data.size() + event.subject.size() + event.partition_key.size() + event.id.size();
  if (bytes + fields_bytes > journal::record_bytes_max) event.data = "{}";  // the event itself was as large as can be
  return event;
}

}  // namespace chargehook::core
