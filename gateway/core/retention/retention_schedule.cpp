#include "core/retention/retention_schedule.hpp"

#include <algorithm>

#include "journal/format/lmdb_page.hpp"

namespace chargehook::core {

using namespace std::chrono_literals;
using journal::PressureLevel;
using model::EventClass;

namespace {

/// In the order in which they go. Billing stays.
constexpr std::array classes_that_go{EventClass::telemetry, EventClass::state, EventClass::safety};

constexpr auto put_off_for = 10min;

/// Held billing waits a little longer for what follows it, or each event of a quiet depot would be a file of its own.
constexpr int held_together = 30;

/// Ages are looked at ten times within what is kept, but not more often than is worth it, nor less than a person
/// expects.
std::chrono::seconds look_every(std::chrono::seconds keep) {
  return std::clamp<std::chrono::seconds>(keep / 10, 10s, 10min);
}

/// A piece is a small part of the store: what goes at once should not be much more than what has to.
constexpr std::uint64_t pieces_of_map = 64;

/// Where a reader of somebody else keeps the map full, undelivered records would go for nothing.
PressureLevel level_of(const journal::Usage& usage, bool is_full) {
  return is_full && !journal::is_held(usage) ? PressureLevel::full : journal::level_of(usage);
}

bool is_empty(const journal::ClassLog& log) { return log.last_ordinal <= log.floor_ordinal; }

EvictionOrder order_of(EventClass event_class, EvictionCause cause, const StoreSight& store) {
  const auto& log = store.logs[index_of(event_class)];
  EvictionOrder order;
  order.event_class = event_class;
  order.cause = cause;
  order.floor = {log.floor_sequence, log.floor_ordinal};
  order.up_to = log.last_sequence;
  if (store.usage.pages_total > 0) {
    order.bytes_max = std::min(order.bytes_max, store.usage.pages_total * journal::lmdb_page_bytes / pieces_of_map);
  }
  return order;
}

/// Delivered billing that outlived the hold would stand before what has to go into a file.
std::chrono::seconds kept_when_delivered(EventClass event_class, const journal::RetentionLimits& limits) {
  const bool is_billing = event_class == EventClass::billing;
  return is_billing ? std::min(limits.keep_delivered, limits.billing_hold) : limits.keep_delivered;
}

}  // namespace

/// Between the floor and the first that is not delivered may be nothing but numbers of other classes.
bool RetentionSchedule::has_delivered_ones(const StoreSight& store, EventClass event_class) const {
  const auto& log = store.logs[index_of(event_class)];
  const auto nothing_up_to = std::max(log.floor_sequence, nothing_up_to_[index_of(event_class)]);
  return std::min(store.delivered[index_of(event_class)], log.last_sequence) > nothing_up_to;
}

void RetentionSchedule::nothing_there(const EvictionOrder& order) {
  nothing_up_to_[index_of(order.event_class)] = order.up_to;
}

RetentionSchedule::RetentionSchedule(const model::Now& started) : held_look_(started.boot + 10s) {
  delivered_looks_.fill(started.boot + 10s);
  age_looks_.fill(started.boot + 10s);
}

bool RetentionSchedule::may_be_due(const model::Now& now, const journal::Usage& usage, bool is_full,
                                   const journal::RetentionLimits& limits) const {
  if (level_of(usage, is_full) >= PressureLevel::telemetry_goes) return true;
  if (std::ranges::any_of(limits.classes, [](const auto& one) { return one.bytes.has_value(); })) return true;
  const auto is_due = [&](model::BootTime look) { return look <= now.boot; };
  return std::ranges::any_of(delivered_looks_, is_due) || std::ranges::any_of(age_looks_, is_due);
}

std::optional<EvictionOrder> RetentionSchedule::next(const model::Now& now, const StoreSight& store,
                                                     const journal::RetentionLimits& limits) {
  if (auto order = for_space(store, limits)) return order;
  return for_age(now, store, limits);
}

bool RetentionSchedule::has_to_shrink(EventClass event_class, const StoreSight& store,
                                      const journal::RetentionLimits& limits) const {
  const auto& most = limits.classes[index_of(event_class)].bytes;
  return most && store.usage.log_pages[index_of(event_class)] * journal::lmdb_page_bytes > *most;
}

std::optional<EvictionOrder> RetentionSchedule::for_space(const StoreSight& store,
                                                          const journal::RetentionLimits& limits) const {
  const auto level = level_of(store.usage, store.is_full);
  const bool delivered_goes_first =
      std::ranges::any_of(model::all_event_classes, [&](EventClass one) { return has_delivered_ones(store, one); });
  for (const auto event_class : classes_that_go) {
    const auto& log = store.logs[index_of(event_class)];
    if (is_empty(log) || left_alone_at_[index_of(event_class)] == log.last_ordinal) continue;
    const bool by_pressure = level >= *journal::eviction_level(event_class) && !delivered_goes_first;
    if (by_pressure || has_to_shrink(event_class, store, limits)) {
      return order_of(event_class, EvictionCause::space, store);
    }
  }
  return std::nullopt;
}

std::optional<EvictionOrder> RetentionSchedule::for_age(const model::Now& now, const StoreSight& store,
                                                        const journal::RetentionLimits& limits) {
  for (const auto event_class : model::all_event_classes) {
    const std::size_t i = index_of(event_class);
    if (delivered_looks_[i] <= now.boot) {
      const auto keep = kept_when_delivered(event_class, limits);
      delivered_looks_[i] = now.boot + look_every(keep);
      if (!is_empty(store.logs[i]) && has_delivered_ones(store, event_class)) {
        auto order = order_of(event_class, EvictionCause::delivered, store);
        order.up_to = std::min(order.up_to, store.delivered[i]);
        order.older_than = journal::cutoff_before(now, store.boot, keep);
        return order;
      }
    }
    if (age_looks_[i] <= now.boot) {
      const auto& keep = limits.classes[i].keep;
      age_looks_[i] = now.boot + look_every(keep.value_or(24h));
      if (keep && !is_empty(store.logs[i])) {
        auto order = order_of(event_class, EvictionCause::age, store);
        order.older_than = journal::cutoff_before(now, store.boot, *keep);
        return order;
      }
    }
  }
  return std::nullopt;
}

std::optional<EvictionOrder> RetentionSchedule::held(const model::Now& now, const StoreSight& store,
                                                     const journal::RetentionLimits& limits) {
  held_look_ = now.boot + look_every(limits.billing_hold);
  const auto& log = store.logs[index_of(EventClass::billing)];
  const bool all_is_delivered = store.delivered[index_of(EventClass::billing)] >= log.last_sequence;
  if (is_empty(log) || all_is_delivered || has_delivered_ones(store, EventClass::billing)) return std::nullopt;
  auto order = order_of(EventClass::billing, EvictionCause::held, store);
  order.older_than = journal::cutoff_before(now, store.boot, limits.billing_hold);
  const auto and_some = limits.billing_hold + limits.billing_hold / held_together;
  order.begins_before = journal::cutoff_before(now, store.boot, and_some);
  return order;
}

void RetentionSchedule::put_off_held(const model::Now& now) { held_look_ = now.boot + put_off_for; }

void RetentionSchedule::carried_out(const model::Now& now, const EvictionOrder& order, bool more) {
  if (!more || order.cause == EvictionCause::space) return;
  if (order.cause == EvictionCause::held) {
    held_look_ = now.boot;
    return;
  }
  auto& looks = order.cause == EvictionCause::age ? age_looks_ : delivered_looks_;
  looks[index_of(order.event_class)] = now.boot;
}

void RetentionSchedule::not_worth_it(const EvictionOrder& order, const journal::ClassLog& log) {
  if (order.cause == EvictionCause::space) left_alone_at_[index_of(order.event_class)] = log.last_ordinal;
}

std::optional<model::BootTime> RetentionSchedule::next_deadline() const {
  return std::min({*std::ranges::min_element(delivered_looks_), *std::ranges::min_element(age_looks_), held_look_});
}

}  // namespace chargehook::core
