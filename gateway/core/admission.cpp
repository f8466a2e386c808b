#include "core/admission.hpp"

#include <algorithm>

namespace chargehook::core {

using model::EventClass;

namespace {

/// What an entry adds to the counters, by class.
std::array<std::uint64_t, model::event_class_count> events_by_class(const journal::Entry& entry) {
  std::array<std::uint64_t, model::event_class_count> out{};
  for (const auto& event : entry.events) ++out[static_cast<std::size_t>(event.event_class)];
  return out;
}

}  // namespace

model::Result<void> Admission::offer(const model::Now& now, journal::Entry entry) {
  const auto events = events_by_class(entry);
  auto admitted = intake_.admit(now, std::move(entry));
  for (std::size_t i = 0; i < events.size(); ++i) {
    (admitted ? counters_[i].admitted : counters_[i].refused) += events[i];
  }
  return admitted;
}

void Admission::keep(const model::Now& now, journal::Entry entry) {
  if (must_drop(entry)) {
    const auto events = events_by_class(entry);
    for (std::size_t i = 0; i < events.size(); ++i) counters_[i].refused += events[i];
    return;
  }
  kept_.push_back(std::move(entry));
  retry(now);
}

bool Admission::must_drop(const journal::Entry& entry) const {
  const bool billing = std::ranges::any_of(
      entry.events, [](const model::Event& event) { return event.event_class == EventClass::billing; });
  return kept_.size() >= (billing ? 2 * kept_entries_max : kept_entries_max);
}

void Admission::retry(const model::Now& now) {
  while (!kept_.empty()) {
    const auto admitted = intake_.admit(now, kept_.front());
    if (!admitted && admitted.error().code != "size") return;  // what is too large will never be taken
    const auto events = events_by_class(kept_.front());
    for (std::size_t i = 0; i < events.size(); ++i)
      (admitted ? counters_[i].admitted : counters_[i].refused) += events[i];
    kept_.pop_front();
  }
}

}  // namespace chargehook::core
