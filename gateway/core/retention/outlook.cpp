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

/// Records of all classes. Ordinals begin with 1 in every store, sequences do not.
double records_kept(const StoreSight& store) {
  double kept = 0;
  for (const auto& log : store.logs) kept += static_cast<double>(log.last_ordinal - log.floor_ordinal);
  return kept;
}

/// The share that stays when all that is delivered has gone, which it does first. Records of a log are taken to be of
/// one size, and classes to come side by side.
double fill_that_stays(const StoreSight& store) {
  const double kept = std::max(records_kept(store), 1.0);
  double pages = static_cast<double>(store.usage.pages_used);
  for (std::size_t i = 0; i < store.logs.size(); ++i) {
    pages -= static_cast<double>(store.usage.log_pages[i]) * (1 - std::min(waiting(store, i) / kept, 1.0));
  }
  journal::Usage stays = store.usage;
  stays.pages_used = static_cast<std::uint64_t>(std::max(pages, 0.0));
  return journal::fill(stays);
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
  const double left = journal::begin_of(level) - fill_that_stays(store);
  if (left <= 0) return 0;
  const double grown = fill_that_stays(store) - fill_that_stays(samples_.front().store);
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
