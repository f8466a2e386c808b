#include "delivery/stream.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "delivery/chain.hpp"
#include "model/result.hpp"

namespace chargehook::delivery {
namespace {

/// Reads begin when the window is down to this: large enough to bridge a read, small enough for a read worth its cost.
constexpr std::size_t refill_at = Stream::window / 4;

/// A restart may look at this many records again that it has passed over before.
constexpr std::uint64_t passed_over_max = 1000;

/// One more number of a stream that never comes, and what it was.
void note_lost(std::uint64_t n, const model::ChainHash& before, const model::ChainHash& after, const Item& item,
               model::StreamGap& gap, std::vector<model::Sequence>& lost_gaps) {
  add_lost(gap, n, before, after);
  if (item.event->type == model::gap_type) {
    lost_gaps.push_back(item.sequence);
  } else {
    add_lost_event(gap, *item.event, item.sequence);
  }
}

const Item* find_item(const std::vector<Item>& items, model::Sequence sequence) {
  const auto item = std::ranges::lower_bound(items, sequence, {}, &Item::sequence);
  return item != items.end() && item->sequence == sequence ? &*item : nullptr;
}

}  // namespace

Stream::Stream(model::StreamRow row, std::string name, std::string_view endpoint, model::Sequence end,
               const std::vector<model::PendRow>& pend)
    : row_(std::move(row)),
      reported_(row_.cursor),
      selection_(Filter::from_canonical(row_.filter), endpoint),
      name_(std::move(name)),
      pending_(pend),
      looked_at_(row_.cursor.sequence),
      end_(std::max(end, row_.cursor.sequence)) {}

bool Stream::wants(const model::Event& event) const {
  return selection_.has(event.event_class, event.type, event.subject);
}

std::size_t Stream::undelivered() const {
  const auto left = std::ranges::count_if(loaded_, [](const Loaded& loaded) { return !loaded.done; });
  return static_cast<std::size_t>(left) + pending_.size();
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
  read_gave_nothing_ = looked_at_ == before && !stopped_at_;
}

bool Stream::is_low() const { return loaded_.size() <= refill_at && bytes_ <= bytes_max / 2; }

std::optional<WantRecords> Stream::want_records() {
  if (reading_ || read_gave_nothing_ || looked_at_ >= end_ || !is_low() || is_stopped()) return std::nullopt;
  reading_ = true;
  return WantRecords{row_.id, looked_at_, static_cast<std::uint32_t>(window - loaded_.size()), 0};
}

std::optional<WantRecords> Stream::want_pending(model::BootTime now) {
  const auto* row = pending_.begin_turn(now);
  if (row == nullptr) return std::nullopt;
  return WantRecords{row_.id, row->sequence - 1, 1, row->n};
}

void Stream::take(const std::vector<Item>& items, model::Sequence last) {
  for (const auto& item : items) {
    if (item.sequence <= looked_at_) continue;
    if (!wants(*item.event)) {
      ++passed_over_;
    } else if (make_room_for(item)) {
      append(item);
    } else {
      return advance_cursor();  // looked_at_ stays: the rest is read from the log when there is room
    }
    looked_at_ = item.sequence;
  }
  looked_at_ = std::max(looked_at_, last);
  advance_cursor();
}

bool Stream::is_behind_pending(const Item& item) const {
  return !pending_.empty() && pending_.has_key(model::key_hash(item.event->partition_key));
}

/// Until there is room, or all of that key is done.
bool Stream::is_stopped() const { return stopped_at_ && pending_.has_key(*stopped_at_) && !pending_.has_room_for(1); }

bool Stream::make_room_for(const Item& item) {
  stopped_at_.reset();
  if (is_behind_pending(item) && !pending_.has_room_for(1)) {
    stopped_at_ = model::key_hash(item.event->partition_key);
    return false;
  }
  if (!has_room()) advance_cursor();  // what is pending waits for no one
  return has_room();
}

/// The later event of a key that is pending follows it there, and leaves no more here than its place in the chain.
void Stream::append(const Item& item) {
  const std::uint64_t n = row_.cursor.n + loaded_.size() + 1;
  const auto& previous = loaded_.empty() ? row_.cursor.hash : loaded_.back().hash;
  const bool is_pending = is_behind_pending(item);
  loaded_.push_back({item, chain_next(previous, n, item.event->id), false, false, {}});
  bytes_ += item.event->data.size();
  if (!is_pending) return order_.add(n, item.event->partition_key);
  pend(n, {});
}

const model::ChainHash& Stream::hash_before(std::uint64_t n) const {
  return n == row_.cursor.n + 1 ? row_.cursor.hash : loaded_[n - row_.cursor.n - 2].hash;
}

/// @param due if it is the first of its key there
void Stream::pend(std::uint64_t n, model::BootTime due) {
  Loaded& loaded = at(n);
  const auto& event = *loaded.item.event;
  pending_.add({row_.id, n, loaded.item.sequence, model::PendState::waiting, model::key_hash(event.partition_key),
                loaded.refusals, hash_before(n)},
               due);
  bytes_ -= event.data.size();
  loaded.item.event.reset();
  loaded.done = true;
}

void Stream::pass_held_back() {
  while (!loaded_.empty() && looked_at_ < end_ && !reading_ && !is_low()) {
    const std::uint64_t oldest = row_.cursor.n + 1;
    const auto until = order_.held_until(oldest);
    if (!until) return;
    const auto numbers = order_.behind(oldest);
    if (!pending_.has_room_for(numbers.size())) return;
    order_.remove_key(oldest);
    for (const auto n : numbers) pend(n, *until);
    advance_cursor();
  }
}

std::optional<model::Sequence> Stream::first_ready() const {
  const auto* turn = pending_.ready();
  const auto n = order_.first_ready();
  if (turn == nullptr && !n) return std::nullopt;
  const model::Sequence sequence =
      turn != nullptr ? turn->item->sequence : loaded_[*n - row_.cursor.n - 1].item.sequence;
  if (sequence <= held_up_to_) return std::nullopt;
  return sequence;
}

Stream::Started Stream::start_first_ready() {
  if (const auto* turn = pending_.ready()) {
    pending_.start();
    return {*turn->item, turn->n, turn->hash, pending_.row(turn->n).before};
  }
  const auto n = order_.first_ready();
  CHARGEHOOK_ASSERT(n.has_value());
  order_.start_first_ready();
  Loaded& loaded = at(*n);
  loaded.under_way = true;
  return {loaded.item, *n, loaded.hash, hash_before(*n)};
}

const Item& Stream::item(std::uint64_t n) const {
  return pending_.contains(n) ? *pending_.turn().item : loaded_[n - row_.cursor.n - 1].item;
}

void Stream::delivered(std::uint64_t n, model::BootTime now) {
  if (pending_.contains(n)) return pending_.delivered(n, now);
  Loaded& loaded = at(n);
  loaded.done = true;
  loaded.under_way = false;
  bytes_ -= loaded.item.event->data.size();
  loaded.item.event.reset();
  order_.done(n);
  advance_cursor();
}

void Stream::put_back(std::uint64_t n) {
  if (pending_.contains(n)) return pending_.put_back();
  at(n).under_way = false;
  order_.put_back(n);
}

void Stream::hold_back(std::uint64_t n, const model::Now& now, std::uint16_t status, model::BootTime until) {
  const bool is_pending = pending_.contains(n);
  auto refusals = is_pending ? pending_.row(n).refusals : at(n).refusals;
  if (refusals.attempts == 0) refusals.first = now.wall;
  refusals = {refusals.attempts + 1, refusals.first, now.wall, now.quality, status};
  if (is_pending) return pending_.hold_back(n, refusals, until);
  at(n).refusals = refusals;
  at(n).under_way = false;
  order_.hold_back(n, until);
}

std::uint32_t Stream::times_refused(std::uint64_t n) const {
  if (pending_.contains(n)) return pending_.row(n).refusals.attempts;
  return loaded_[n - row_.cursor.n - 1].refusals.attempts;
}

std::optional<model::BootTime> Stream::next_release() const {
  auto earliest = order_.next_release();
  model::keep_earlier(earliest, pending_.next_turn());
  return earliest;
}

bool Stream::is_under_way_up_to(model::Sequence up_to) const {
  if (pending_.is_under_way_up_to(up_to)) return true;
  return std::ranges::any_of(loaded_,
                             [&](const Loaded& loaded) { return loaded.under_way && loaded.item.sequence <= up_to; });
}

Stream::GivenUp Stream::give_up(const std::vector<Item>& passed, model::Sequence up_to) {
  GivenUp out;
  model::StreamGap gap;
  gap.stream = row_.id;
  lose_pending(passed, up_to, gap, out.lost_gaps);
  model::Cursor end{std::max(up_to, row_.cursor.sequence), row_.cursor.n, row_.cursor.hash};
  lose_loaded(passed, up_to, end, gap, out.lost_gaps);
  for (const auto& item : passed) {
    if (item.sequence <= looked_at_ || item.sequence > up_to || !wants(*item.event)) continue;
    const auto before = end.hash;
    end.hash = chain_next(before, ++end.n, item.event->id);
    note_point({item.sequence, end.n, end.hash});
    note_lost(end.n, before, end.hash, item, gap, out.lost_gaps);
  }
  pending_.drop_up_to(up_to);
  if (!gap.ranges.empty()) out.gap = std::move(gap);
  drop_loaded_up_to(end.n);
  row_.cursor = end;
  looked_at_ = std::max(looked_at_, up_to);
  held_up_to_ = out.gap ? std::numeric_limits<model::Sequence>::max() : 0;
  advance_cursor();
  return out;
}

/// What the cursor has passed although it was not done. A record that cannot be read is in no gap: its id, and with it
/// the chain's next link, is not known.
void Stream::lose_pending(const std::vector<Item>& passed, model::Sequence up_to, model::StreamGap& gap,
                          std::vector<model::Sequence>& lost_gaps) const {
  for (const auto* row : pending_.rows_up_to(std::min(up_to, row_.cursor.sequence))) {
    const Item* item = find_item(passed, row->sequence);
    if (item == nullptr) continue;
    note_lost(row->n, row->before, chain_next(row->before, row->n, item->event->id), *item, gap, lost_gaps);
  }
}

/// What has been read into memory has its number, also where the disk no longer gives it back.
void Stream::lose_loaded(const std::vector<Item>& passed, model::Sequence up_to, model::Cursor& end,
                         model::StreamGap& gap, std::vector<model::Sequence>& lost_gaps) {
  for (const Loaded& loaded : loaded_) {
    if (loaded.item.sequence > up_to) return;
    const auto before = std::exchange(end.hash, loaded.hash);
    const bool is_pending = pending_.contains(++end.n);
    note_point({loaded.item.sequence, end.n, end.hash});
    if (loaded.done && !is_pending) continue;
    const Item* item = is_pending ? find_item(passed, loaded.item.sequence) : &loaded.item;
    if (item != nullptr) note_lost(end.n, before, end.hash, *item, gap, lost_gaps);
  }
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
    note_point(row_.cursor);
    loaded_.pop_front();
  }
  if (loaded_.empty()) row_.cursor.sequence = std::max(row_.cursor.sequence, looked_at_);
}

/// @param passed where the cursor stands behind its event, on its way
void Stream::note_point(const model::Cursor& passed) {
  if (model::has_chain_point(passed.n)) points_.push_back({row_.id, passed.n, passed.sequence, passed.hash});
}

bool Stream::is_row_due() const {
  const bool is_far = row_.cursor != reported_ && passed_over_ >= passed_over_max;
  return row_.cursor.n != reported_.n || is_far || pending_.has_changes(row_.cursor.n);
}

void Stream::take_changes(model::StreamChanges& out) {
  if (row_.cursor != reported_) out.rows.push_back(row_);
  pending_.take_changes(row_.id, row_.cursor.n, out.pend);
  out.points.insert(out.points.end(), points_.begin(), points_.end());
  points_.clear();
  reported_ = row_.cursor;
  passed_over_ = 0;
}

void Stream::close(model::StreamChanges& out) {
  pending_.abandon(row_.id, out.pend);
  out.points.insert(out.points.end(), points_.begin(), points_.end());
  points_.clear();
}

model::Sequence Stream::floor() const {
  const model::Sequence passed = row_.cursor.n == reported_.n ? row_.cursor.sequence : reported_.sequence;
  const model::Sequence pending = pending_.lowest_sequence();
  return pending == 0 ? passed : std::min(passed, pending - 1);
}

}  // namespace chargehook::delivery
