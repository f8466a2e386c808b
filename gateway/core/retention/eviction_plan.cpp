#include "core/retention/eviction_plan.hpp"

#include <algorithm>
#include <memory>

#include "core/read_ids.hpp"
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
  first_ = 0;
  after_ = order.floor.sequence;
  records_ = 0;
  bytes_ = 0;
  is_complete_ = false;
  has_met_limit_ = false;
  under_way_.reset();
  again_at_.reset();
}

std::optional<journal::ReadRequest> EvictionPlan::want_read(const model::Now& now) {
  if (!order_ || is_complete_ || under_way_ || (again_at_ && *again_at_ > now.boot)) return std::nullopt;
  again_at_.reset();
  under_way_ = make_read_id(ReadKind::eviction, next_read_++);
  journal::ReadRequest request;
  request.id = *under_way_;
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
  is_complete_ = result.last == after_;
  auto damaged = result.damaged.begin();
  const auto pass_damaged = [&](model::Sequence before) {
    for (; damaged != result.damaged.end() && *damaged < before && *damaged <= order_->up_to; ++damaged) pass(*damaged);
  };
  for (const auto& record : result.records) {
    pass_damaged(record->sequence);
    is_complete_ = is_complete_ || ends_before(*record);
    if (is_complete_) return;
    take(*record);
  }
  pass_damaged(UINT64_MAX);
  is_complete_ = is_complete_ || after_ >= order_->up_to;
  has_met_limit_ = records_ >= order_->records_max || bytes_ >= order_->bytes_max;
  is_complete_ = is_complete_ || has_met_limit_;
}

bool EvictionPlan::ends_before(const journal::Record& record) const {
  const bool is_young = order_->older_than && !journal::is_before(record, *order_->older_than);
  return is_young || record.sequence > order_->up_to;
}

void EvictionPlan::take(const journal::Record& record) {
  items_.push_back(item_of(record));
  bytes_ += journal::record_size(record);
  pass(record.sequence);
}

void EvictionPlan::pass(model::Sequence sequence) {
  if (records_++ == 0) first_ = sequence;
  after_ = sequence;
}

std::optional<model::BootTime> EvictionPlan::next_deadline() const { return again_at_; }

}  // namespace chargehook::core
