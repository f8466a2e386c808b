#include "core/retention/outlook.hpp"

#include <algorithm>

namespace chargehook::core {
namespace {

double hours_between(model::BootTime from, model::BootTime to) {
  return std::chrono::duration<double, std::ratio<3600>>(to - from).count();
}

/// Sequences stand for work: they count events of the whole site.
double waiting(const StoreSight& store, std::size_t i) {
  const auto last = store.logs[i].last_sequence;
  const auto done = std::max(store.delivered[i], store.logs[i].floor_sequence);
  return done >= last ? 0 : static_cast<double>(last - done);
}

}  // namespace

bool Outlook::is_sample_due(const model::Now& now) const {
  return samples_.empty() || samples_.back().at + sample_every <= now.boot;
}

void Outlook::sample(const model::Now& now, const StoreSight& store) {
  while (!samples_.empty() && samples_.front().at + reaches_back < now.boot) samples_.pop_front();
  samples_.push_back({now.boot, store});
}

std::optional<double> Outlook::hours_until(journal::PressureLevel level, double hours, const StoreSight& store) const {
  const double left = journal::begin_of(level) - journal::fill(store.usage);
  if (left <= 0) return 0;
  const double grown = journal::fill(store.usage) - journal::fill(samples_.front().store.usage);
  if (grown <= 0) return std::nullopt;
  return left / grown * hours;
}

ClassOutlook Outlook::of(model::EventClass event_class, const model::Now& now, const StoreSight& store) const {
  const auto i = static_cast<std::size_t>(event_class);
  const double waits = waiting(store, i);
  if (waits <= 0) return {false, std::nullopt, 0};
  ClassOutlook out{true, std::nullopt, std::nullopt};
  if (samples_.empty() || samples_.front().at + known_after > now.boot) return out;
  const double hours = hours_between(samples_.front().at, now.boot);
  const auto level = journal::eviction_level(event_class).value_or(journal::PressureLevel::full);
  out.hours_until_eviction = hours_until(level, hours, store);
  const double drained = waiting(samples_.front().store, i) - waits;
  if (drained > 0) out.minutes_to_drain = waits / drained * hours * 60;
  return out;
}

}  // namespace chargehook::core
