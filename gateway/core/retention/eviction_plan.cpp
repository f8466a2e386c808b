#include "core/retention/eviction_plan.hpp"

#include <algorithm>
#include <memory>

#include "core/stamp.hpp"

namespace chargehook::core {

using namespace std::chrono_literals;

namespace {

/// Of the event what counting needs: its data, most of its bytes, stays in the log.
delivery::Item item_of(const journal::Record& record) {
  auto event = std::make_shared<model::Event>();
  event->id = record.event.id;
  event->type = record.event.type;
  event->subject = record.event.subject;
  event->partition_key = record.event.partition_key;
  event->event_class = record.event.event_class;
  event->time = record.event.time;
  return {std::move(event), record.sequence, stamp_of(record)};
}

}  // namespace

void EvictionPlan::begin(const EvictionOrder& order) {
  order_ = order;
  items_.clear();
  whole_.clear();
  dated_ = {order.floor.sequence, 0, 0, 0};
  first_ = 0;
  after_ = order.floor.sequence;
  records_ = 0;
  bytes_ = 0;
  is_complete_ = false;
  has_met_limit_ = false;
  is_first_young_ = false;
  is_looking_for_date_ = false;
  under_way_.reset();
  again_at_.reset();
}

/// A piece that has to be whole may be a mebibyte: its memory is given back.
void EvictionPlan::abandon() {
  order_.reset();
  items_ = {};
  whole_ = {};
}

std::optional<journal::ReadRequest> EvictionPlan::want_read(const model::Now& now) {
  if (!order_ || is_complete_ || under_way_ || (again_at_ && *again_at_ > now.boot)) return std::nullopt;
  again_at_.reset();
  under_way_ = make_read_id(reads_, next_read_++);
  journal::ReadRequest request = is_looking_for_date_ ? read_for_date() : read_for_piece();
  request.id = *under_way_;
  return request;
}

journal::ReadRequest EvictionPlan::read_for_piece() const {
  journal::ReadRequest request;
  request.event_class = order_->event_class;
  request.after = after_;
  const bool looks_first = records_ == 0 && order_->older_than;  // mostly the first record is young enough
  request.bytes_max = static_cast<std::uint32_t>(
      std::min<std::uint64_t>(request.bytes_max, std::max<std::uint64_t>(order_->bytes_max - bytes_, 1)));
  request.records_max = looks_first ? 1 : std::min(request.records_max, order_->records_max - records_);
  return request;
}

void EvictionPlan::records_read(const model::Now& now, const journal::ReadResult& result) {
  if (under_way_ != result.id) return;
  under_way_.reset();
  if (!order_) return;
  if (!result.reason.empty()) {
    again_at_ = now.boot + 1s;
    return;
  }
  if (is_looking_for_date_) return look_for_date(result);
  is_complete_ = result.last == after_;
  take_records(result);
  is_looking_for_date_ = is_complete_ && needs_date();
  if (is_looking_for_date_) is_complete_ = false;
  if (is_complete_) leave_what_is_not_dated();
}

/// Held billing that bears no date, and more of it than one piece takes: what lies behind decides.
bool EvictionPlan::needs_date() const {
  return order_->cause == EvictionCause::held && has_met_limit_ && dated_.records == 0;
}

journal::ReadRequest EvictionPlan::read_for_date() const {
  journal::ReadRequest request;
  request.event_class = order_->event_class;
  request.after = std::max(after_, undated_up_to_);
  return request;
}

void EvictionPlan::look_for_date(const journal::ReadResult& result) {
  const model::Sequence after = read_for_date().after;
  const auto tells = [this](const auto& record) { return ends_before(*record) || is_dated(*record); };
  const auto found = std::ranges::find_if(result.records, tells);
  const bool is_found = found != result.records.end();
  if (is_found && !ends_before(**found)) dated_ = {after_, records_, bytes_, items_.size()};
  if (!is_found) undated_up_to_ = result.last;
  is_complete_ = is_found || result.last == after || result.last >= order_->up_to;
  if (is_complete_) leave_what_is_not_dated();
}

void EvictionPlan::take_records(const journal::ReadResult& result) {
  auto damaged = result.damaged.begin();
  const auto pass_damaged = [&](model::Sequence before) {
    for (; damaged != result.damaged.end() && *damaged < before && *damaged <= order_->up_to; ++damaged) pass(*damaged);
  };
  for (const auto& record : result.records) {
    pass_damaged(record->sequence);
    is_complete_ = is_complete_ || ends_before(*record);
    is_first_young_ = records_ == 0 && record->sequence <= order_->up_to;
    if (is_complete_) return;
    take(record);
  }
  pass_damaged(UINT64_MAX);
  is_complete_ = is_complete_ || result.last >= order_->up_to;
  has_met_limit_ = records_ >= order_->records_max || bytes_ >= order_->bytes_max;
  is_complete_ = is_complete_ || has_met_limit_;
}

bool EvictionPlan::ends_before(const journal::Record& record) const {
  const auto& cutoff = order_->begins_before && dated_.items == 0 ? order_->begins_before : order_->older_than;
  const bool is_young = cutoff && is_dated(record) && !journal::is_before(record, *cutoff);
  return is_young || record.sequence > order_->up_to;
}

bool EvictionPlan::is_nothing_there() const { return is_complete() && records_ == 0 && !is_first_young_; }

void EvictionPlan::take(const journal::RecordPtr& record) {
  items_.push_back(item_of(*record));
  if (order_->cause == EvictionCause::held) whole_.push_back(record);
  bytes_ += journal::record_size(*record);
  pass(record->sequence);
  if (is_dated(*record)) dated_ = {after_, records_, bytes_, items_.size()};
}

/// Of held billing: a record that came from another store, or from a run that never knew the time, bears no date that
/// counts here. It is as old as what lies behind it.
bool EvictionPlan::is_dated(const journal::Record& record) const {
  if (order_->cause != EvictionCause::held) return true;
  const bool is_of_this_run = record.boot == order_->older_than->boot;
  return is_of_this_run || (record.boot != 0 && record.recorded_quality != model::TimeQuality::unknown);
}

/// Held billing ends with a record that is known to be old.
void EvictionPlan::leave_what_is_not_dated() {
  if (order_->cause != EvictionCause::held) return;
  items_.resize(dated_.items);
  whole_.resize(dated_.items);
  after_ = dated_.after;
  records_ = dated_.records;
  bytes_ = dated_.bytes;
}

void EvictionPlan::pass(model::Sequence sequence) {
  if (records_++ == 0) first_ = sequence;
  after_ = sequence;
}

std::optional<model::BootTime> EvictionPlan::next_deadline() const { return again_at_; }

}  // namespace chargehook::core
