#include "core/intake/admission.hpp"

#include <algorithm>
#include <iterator>
#include <set>
#include <vector>

#include "journal/pressure.hpp"

namespace chargehook::core {

using model::EventClass;

namespace {

/// What an entry adds to the counters, by class.
std::array<std::uint64_t, model::event_class_count> events_by_class(const journal::Entry& entry) {
  std::array<std::uint64_t, model::event_class_count> out{};
  for (const auto& event : entry.events) ++out[static_cast<std::size_t>(event.event_class)];
  return out;
}

bool is_urgent(const journal::Entry& entry) {
  return std::ranges::any_of(entry.events, [](const model::Event& event) {
    return event.event_class == EventClass::billing || event.event_class == EventClass::safety;
  });
}

/// What an entry shares with those it must not change places with: devices, and rows that it writes.
std::vector<std::string> order_keys(const journal::Entry& entry) {
  std::vector<std::string> out;
  for (const auto& event : entry.events) out.push_back("device " + event.partition_key);
  for (const auto& put : entry.kv) out.push_back("row " + put.key);
  return out;
}

/// Which of `kept` have to go in so that every urgent one can, in their order: those, and what lies before them of the
/// same device or row.
std::vector<bool> needed_for_urgent(const std::deque<journal::Entry>& kept) {
  std::vector<bool> out(kept.size());
  std::set<std::string> wanted;
  for (auto i = kept.size(); i-- > 0;) {
    auto keys = order_keys(kept[i]);
    const bool is_before_one = std::ranges::any_of(keys, [&](const auto& key) { return wanted.contains(key); });
    out[i] = is_before_one || is_urgent(kept[i]);
    if (out[i]) wanted.insert(std::make_move_iterator(keys.begin()), std::make_move_iterator(keys.end()));
  }
  return out;
}

}  // namespace

bool is_for_good(const model::Error& refused) { return refused.code == "size"; }

model::Result<void> Admission::offer(const model::Now& now, journal::Entry entry) {
  const auto events = events_by_class(entry);
  auto admitted = intake_.admit(now, std::move(entry));
  count(events, admitted.has_value());
  return admitted;
}

void Admission::keep(const model::Now& now, journal::Entry entry) {
  if (!entry.seen) entry.seen = now;
  if (must_drop(entry)) return drop(entry);
  kept_.push_back(std::move(entry));
  retry(now);
}

bool Admission::must_drop(const journal::Entry& entry) const {
  const bool billing = std::ranges::any_of(
      entry.events, [](const model::Event& event) { return event.event_class == EventClass::billing; });
  return kept_.size() >= (billing ? 2 * kept_entries_max : kept_entries_max);
}

void Admission::retry(const model::Now& now) {
  while (!kept_.empty() && try_admit(now, kept_.front())) kept_.pop_front();
  if (kept_.empty() || refusal_ != "pressure" || !journal::admits(intake_.usage(), 0, EventClass::billing)) return;
  if (std::ranges::any_of(kept_, is_urgent)) let_urgent_pass(now);
}

/// @return true if the entry is not kept any longer: it was taken, or never will be
bool Admission::try_admit(const model::Now& now, const journal::Entry& entry) {
  const auto admitted = intake_.admit(now, entry);
  if (!admitted) refusal_ = admitted.error().code;
  if (!admitted && !is_for_good(admitted.error())) return false;
  admitted ? count(events_by_class(entry), true) : drop(entry);
  return true;
}

/// What must go in before an urgent entry is admitted by its level: order within a device and a row is kept.
void Admission::let_urgent_pass(const model::Now& now) {
  const auto needed = needed_for_urgent(kept_);
  std::deque<journal::Entry> still_kept;
  bool is_refused = false;
  for (std::size_t i = 0; i < needed.size(); ++i) {
    auto& entry = kept_[i];
    if (needed[i] && !is_refused) {
      entry.admit_as = EventClass::billing;
      if (try_admit(now, entry)) continue;
      is_refused = true;
    }
    still_kept.push_back(std::move(entry));
  }
  kept_ = std::move(still_kept);
}

void Admission::drop(const journal::Entry& entry) {
  for (const auto& mark : entry.ids) dropped_ids_.push_back(mark.id.id);
  count(events_by_class(entry), false);
}

void Admission::count(const Events& events, bool is_admitted) {
  for (std::size_t i = 0; i < events.size(); ++i) {
    (is_admitted ? counters_[i].admitted : counters_[i].refused) += events[i];
  }
}

}  // namespace chargehook::core
