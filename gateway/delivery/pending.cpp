#include "delivery/pending.hpp"

#include <algorithm>

#include "delivery/chain.hpp"
#include "model/result.hpp"

namespace chargehook::delivery {

Pending::Pending(const std::vector<model::PendRow>& stored) {
  for (const auto& row : stored) {
    add(row, {});
    rows_.at(row.n).is_stored = true;
  }
  changed_.clear();
}

void Pending::add(const model::PendRow& row, model::BootTime due) {
  auto& of_key = keys_[row.key];
  CHARGEHOOK_ASSERT(of_key.empty() || of_key.back() < row.n);
  if (of_key.empty()) due_.emplace(due, row.n);
  of_key.push_back(row.n);
  rows_.emplace(row.n, Row{row, due, false});
  changed_.insert(row.n);
}

const model::PendRow* Pending::begin_turn(model::BootTime now) {
  if (turn_ || due_.empty() || due_.begin()->first > now) return nullptr;
  turn_ = Turn{due_.begin()->second, std::nullopt, {}, false};
  due_.erase(due_.begin());
  return &row(turn_->n);
}

void Pending::record_read(std::uint64_t n, const Item* item, model::BootTime now) {
  if (!turn_ || turn_->n != n || turn_->item) return;
  if (item == nullptr) return remove(n, now);
  turn_->item = *item;
  turn_->hash = chain_next(row(n).before, n, item->event->id);
}

const Pending::Turn* Pending::ready() const { return turn_ && turn_->item && !turn_->under_way ? &*turn_ : nullptr; }

void Pending::hold_back(std::uint64_t n, const model::Refusals& refusals, model::BootTime until) {
  Row& held = rows_.at(n);
  held.row.refusals = refusals;
  held.due = until;
  changed_.insert(n);
  due_.emplace(until, n);
  turn_.reset();
}

void Pending::remove(std::uint64_t n, model::BootTime now) {
  const auto gone = rows_.extract(n);
  const Row& row = gone.mapped();
  if (row.is_stored) removed_.emplace(n, row.row.sequence);
  changed_.erase(n);
  due_.erase({row.due, n});
  if (turn_ && turn_->n == n) turn_.reset();
  const auto key = keys_.find(row.row.key);
  CHARGEHOOK_ASSERT(key->second.front() == n);
  key->second.pop_front();
  if (key->second.empty()) {
    keys_.erase(key);
    return;
  }
  const std::uint64_t next = key->second.front();
  rows_.at(next).due = now;
  due_.emplace(now, next);
}

std::optional<model::BootTime> Pending::next_turn() const {
  if (turn_ || due_.empty()) return std::nullopt;
  return due_.begin()->first;
}

std::optional<model::BootTime> Pending::next_attempt() const {
  if (due_.empty()) return std::nullopt;
  return due_.begin()->first;
}

model::Sequence Pending::lowest_sequence() const {
  model::Sequence lowest = rows_.empty() ? 0 : rows_.begin()->second.row.sequence;
  if (!removed_.empty()) {
    const model::Sequence removed = removed_.begin()->second;
    lowest = lowest == 0 ? removed : std::min(lowest, removed);
  }
  return lowest;
}

bool Pending::has_sequence(model::Sequence sequence) const {
  return std::ranges::any_of(rows_, [&](const auto& entry) { return entry.second.row.sequence == sequence; });
}

std::vector<const model::PendRow*> Pending::rows_up_to(model::Sequence up_to) const {
  std::vector<const model::PendRow*> rows;
  for (const auto& [n, row] : rows_) {
    if (row.row.sequence > up_to) break;  // sequences rise with n
    rows.push_back(&row.row);
  }
  return rows;
}

bool Pending::is_under_way_up_to(model::Sequence up_to) const {
  return turn_ && turn_->under_way && row(turn_->n).sequence <= up_to;
}

void Pending::drop_up_to(model::Sequence up_to) {
  CHARGEHOOK_ASSERT(!is_under_way_up_to(up_to));
  while (!rows_.empty() && rows_.begin()->second.row.sequence <= up_to) remove(rows_.begin()->first, {});
}

bool Pending::has_changes(std::uint64_t n) const {
  return !removed_.empty() || (!changed_.empty() && *changed_.begin() <= n);
}

void Pending::take_changes(const model::StreamId& stream, std::uint64_t n, std::vector<model::PendPut>& out) {
  for (const auto& [gone, sequence] : removed_) out.push_back({stream, gone, std::nullopt});
  removed_.clear();
  while (!changed_.empty() && *changed_.begin() <= n) {
    Row& row = rows_.at(*changed_.begin());
    row.is_stored = true;
    out.push_back({stream, row.row.n, row.row});
    changed_.erase(changed_.begin());
  }
}

void Pending::abandon(const model::StreamId& stream, std::vector<model::PendPut>& out) const {
  for (const auto& [gone, sequence] : removed_) out.push_back({stream, gone, std::nullopt});
  for (const auto& [n, row] : rows_) {
    if (row.is_stored) out.push_back({stream, n, std::nullopt});
  }
}

}  // namespace chargehook::delivery
