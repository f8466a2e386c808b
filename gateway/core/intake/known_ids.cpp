#include "core/intake/known_ids.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace chargehook::core {

using journal::IdRow;

namespace {
constexpr std::size_t slots_min = 64;
constexpr std::uint32_t numbers_max = 0x8000'0000;
}  // namespace

KnownIds::KnownIds(std::vector<IdRow> stored, std::size_t most) : most_(most) {
  std::ranges::sort(stored, {}, [](const IdRow& row) { return std::tuple{row.day, row.sequence}; });
  for (const auto& row : stored) add(row);
}

std::optional<KnownIds::Known> KnownIds::find(std::uint64_t id) const {
  if (slots_.empty()) return std::nullopt;
  const Number number = slots_[slot_of(id)];
  if (number == 0) return std::nullopt;
  return Known{row(number).sequence, row(number).content};
}

/// Where the id is, or the free slot where it would be put.
std::size_t KnownIds::slot_of(std::uint64_t id) const {
  std::size_t slot = home_of(id);
  while (slots_[slot] != 0 && row(slots_[slot]).id != id) slot = (slot + 1) & (slots_.size() - 1);
  return slot;
}

void KnownIds::add(const IdRow& added) {
  rows_.push_back(added);
  if (rows_.size() * 2 > slots_.size()) {
    index(std::max(slots_min, slots_.size() * 2));
  } else if (first_ > numbers_max) {
    index(slots_.size());
  } else {
    slots_[slot_of(added.id)] = static_cast<Number>(first_ + rows_.size() - 1);
  }
  if (days_.empty() || added.day > days_.back()) days_.push_back(added.day);
  if (days_.size() > known_days_max) days_.pop_front();
  while (rows_.front().day < days_.front()) drop_oldest();
  for (; rows_.size() > most_; ++crowded_out_) drop_oldest();
}

/// Anew, with the rows numbered from 1 again.
void KnownIds::index(std::size_t slots) {
  first_ = 1;
  slots_.assign(slots, 0);
  for (std::size_t i = 0; i < rows_.size(); ++i) slots_[slot_of(rows_[i].id)] = static_cast<Number>(first_ + i);
}

void KnownIds::drop_oldest() {
  const IdRow oldest = rows_.front();
  const std::size_t slot = slot_of(oldest.id);
  if (slots_[slot] == first_) close_hole(slot);  // else a later row has the same id
  gone_.push_back(oldest);
  rows_.pop_front();
  ++first_;
}

/// Moves back what a search would not find any more across the free slot.
void KnownIds::close_hole(std::size_t hole) {
  const std::size_t mask = slots_.size() - 1;
  slots_[hole] = 0;
  for (std::size_t next = (hole + 1) & mask; slots_[next] != 0; next = (next + 1) & mask) {
    const std::size_t home = home_of(row(slots_[next]).id);
    const bool is_reached = ((next - home) & mask) < ((next - hole) & mask);
    if (is_reached) continue;
    slots_[hole] = std::exchange(slots_[next], 0);
    hole = next;
  }
}

std::vector<IdRow> KnownIds::take_gone() { return std::exchange(gone_, {}); }

}  // namespace chargehook::core
