#include "delivery/stream.hpp"

#include <algorithm>
#include <limits>

#include "delivery/chain.hpp"
#include "model/result.hpp"

namespace chargehook::delivery {
namespace {

/// Reads begin when the window is down to this: large enough to bridge a read, small enough for a read worth its cost.
constexpr std::size_t refill_at = Stream::window / 4;

/// A restart may look at this many records again that it has passed over before.
constexpr std::uint64_t passed_over_max = 1000;

}  // namespace

Stream::Stream(model::StreamRow row, std::string name, std::string_view endpoint, model::Sequence end)
    : row_(std::move(row)),
      reported_(row_.cursor),
      selection_(Filter::from_canonical(row_.filter), endpoint),
      name_(std::move(name)),
      looked_at_(row_.cursor.sequence),
      end_(std::max(end, row_.cursor.sequence)) {}

bool Stream::wants(const model::Event& event) const {
  return selection_.has(event.event_class, event.type, event.subject);
}

void Stream::committed(const std::vector<Item>& items, model::Sequence last) {
  const bool has_seen_all = looked_at_ >= end_;
  end_ = std::max(end_, last);
  read_gave_nothing_ = false;
  if (has_seen_all) take(items, last);
}

void Stream::records_read(const std::vector<Item>& items, model::Sequence last) {
  if (!reading_) return;
  reading_ = false;
  end_ = std::max(end_, last);
  const model::Sequence before = looked_at_;
  take(items, last);
  read_gave_nothing_ = looked_at_ == before;
}

std::optional<WantRecords> Stream::want_records() {
  const bool is_low = loaded_.size() <= refill_at && bytes_ <= bytes_max / 2;
  if (reading_ || read_gave_nothing_ || looked_at_ >= end_ || !is_low) return std::nullopt;
  reading_ = true;
  return WantRecords{row_.id, looked_at_, static_cast<std::uint32_t>(window - loaded_.size())};
}

void Stream::take(const std::vector<Item>& items, model::Sequence last) {
  for (const auto& item : items) {
    if (item.sequence <= looked_at_) continue;
    if (!wants(*item.event)) {
      ++passed_over_;
    } else if (has_room()) {
      append(item);
    } else {
      return;  // looked_at_ stays at the one before: the rest is read from the log when there is room
    }
    looked_at_ = item.sequence;
  }
  looked_at_ = std::max(looked_at_, last);
  advance_cursor();
}

void Stream::append(const Item& item) {
  const std::uint64_t n = row_.cursor.n + loaded_.size() + 1;
  const auto& previous = loaded_.empty() ? row_.cursor.hash : loaded_.back().hash;
  loaded_.push_back({item, chain_next(previous, n, item.event->id)});
  bytes_ += item.event->data.size();
  order_.add(n, item.event->partition_key);
}

std::optional<model::Sequence> Stream::first_ready() const {
  const auto n = order_.first_ready();
  if (!n) return std::nullopt;
  const model::Sequence sequence = loaded_[*n - row_.cursor.n - 1].item.sequence;
  if (sequence <= held_up_to_) return std::nullopt;
  return sequence;
}

Stream::Started Stream::start_first_ready() {
  const auto n = order_.first_ready();
  CHARGEHOOK_ASSERT(n.has_value());
  order_.start_first_ready();
  Loaded& loaded = at(*n);
  loaded.under_way = true;
  const bool is_oldest = *n == row_.cursor.n + 1;
  return {loaded.item, *n, loaded.hash, is_oldest ? row_.cursor.hash : at(*n - 1).hash};
}

void Stream::delivered(std::uint64_t n) {
  Loaded& loaded = at(n);
  loaded.done = true;
  loaded.under_way = false;
  bytes_ -= loaded.item.event->data.size();
  loaded.item.event.reset();
  order_.done(n);
  advance_cursor();
}

void Stream::put_back(std::uint64_t n) {
  at(n).under_way = false;
  order_.put_back(n);
}

void Stream::hold_back(std::uint64_t n, model::BootTime until) {
  at(n).under_way = false;
  order_.hold_back(n, until);
}

bool Stream::is_under_way_up_to(model::Sequence up_to) const {
  return std::ranges::any_of(loaded_,
                             [&](const Loaded& loaded) { return loaded.under_way && loaded.item.sequence <= up_to; });
}

Stream::GivenUp Stream::give_up(const std::vector<Item>& passed, model::Sequence up_to) {
  GivenUp out;
  model::StreamGap gap;
  gap.stream = row_.id;
  model::Cursor end{std::max(up_to, row_.cursor.sequence), row_.cursor.n, row_.cursor.hash};
  for (const auto& item : passed) {
    if (item.sequence <= row_.cursor.sequence || item.sequence > up_to || !wants(*item.event)) continue;
    const auto before = end.hash;
    const std::uint64_t place = end.n++ - row_.cursor.n;
    end.hash = chain_next(before, end.n, item.event->id);
    if (place < loaded_.size() && loaded_[place].done) continue;
    add_lost(gap, end.n, before, end.hash);
    if (item.event->type == model::gap_type) {
      out.lost_gaps.push_back(item.sequence);
    } else {
      add_lost_event(gap, *item.event, item.sequence);
    }
  }
  if (!gap.ranges.empty()) out.gap = std::move(gap);
  drop_loaded_up_to(end.n);
  row_.cursor = end;
  looked_at_ = std::max(looked_at_, up_to);
  held_up_to_ = out.gap ? std::numeric_limits<model::Sequence>::max() : 0;
  advance_cursor();
  return out;
}

void Stream::drop_loaded_up_to(std::uint64_t n) {
  for (std::uint64_t each = row_.cursor.n + 1; each <= n && !loaded_.empty(); ++each) {
    const Loaded& oldest = loaded_.front();
    if (!oldest.done) {
      CHARGEHOOK_ASSERT(!oldest.under_way);
      bytes_ -= oldest.item.event->data.size();
      order_.drop(each);
    }
    loaded_.pop_front();
  }
}

void Stream::advance_cursor() {
  while (!loaded_.empty() && loaded_.front().done) {
    const Loaded& oldest = loaded_.front();
    row_.cursor = {oldest.item.sequence, row_.cursor.n + 1, oldest.hash};
    loaded_.pop_front();
  }
  if (loaded_.empty()) row_.cursor.sequence = std::max(row_.cursor.sequence, looked_at_);
}

bool Stream::is_row_due() const {
  return row_.cursor.n != reported_.n || (is_row_changed() && passed_over_ >= passed_over_max);
}

model::StreamRow Stream::take_row() {
  reported_ = row_.cursor;
  passed_over_ = 0;
  return row_;
}

model::Sequence Stream::floor() const {
  return row_.cursor.n == reported_.n ? row_.cursor.sequence : reported_.sequence;
}

}  // namespace chargehook::delivery
