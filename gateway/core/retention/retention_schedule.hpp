/// Which records go next, and why: by pressure, by a class's share of the store, by age. Decides; touches nothing.
/// Owner: Core. One thread.
#pragma once

#include <array>
#include <optional>

#include "core/retention/eviction_plan.hpp"
#include "journal/pressure.hpp"
#include "journal/retention.hpp"
#include "journal/stored_state.hpp"
#include "model/clock.hpp"

namespace chargehook::core {

/// The store as it is at one moment.
struct StoreSight {
  journal::Usage usage;
  bool is_full = false;  ///< entries did not fit
  std::uint32_t boot = 0;
  std::array<journal::ClassLog, model::event_class_count> logs{};
  std::array<model::Sequence, model::event_class_count> delivered{};  ///< all up to there is, by class
};

class RetentionSchedule {
 public:
  explicit RetentionSchedule(const model::Now& started);

  /// Whether `next` may have something to say: cheap, for each step.
  [[nodiscard]] bool may_be_due(const model::Now& now, const journal::Usage& usage, bool is_full,
                                const journal::RetentionLimits& limits) const;

  /// What to take next, nothing if nothing has to go. Delivered records that still could go for space come first: by
  /// pressure nothing undelivered is named before they are gone.
  [[nodiscard]] std::optional<EvictionOrder> next(const model::Now& now, const StoreSight& store,
                                                  const journal::RetentionLimits& limits);

  /// Whether `held` may have something to say.
  [[nodiscard]] bool is_held_due(const model::Now& now) const { return held_look_ <= now.boot; }

  /// Billing that is undelivered at the head of its log, to be looked at for its age; nothing if there is none. Asked
  /// for when it is due; looks again later.
  [[nodiscard]] std::optional<EvictionOrder> held(const model::Now& now, const StoreSight& store,
                                                  const journal::RetentionLimits& limits);

  /// What `held` has named cannot go: it is looked at again after a while.
  void put_off_held(const model::Now& now);

  /// The order was carried out. @param more it met its limit, and there may be more of the kind
  void carried_out(const model::Now& now, const EvictionOrder& order, bool more);

  /// What the order would take is not worth the notices of it: not again before the log has grown.
  void not_worth_it(const EvictionOrder& order, const journal::ClassLog& log);

  /// The order was for what is delivered, and there was no record up to its end.
  void nothing_there(const EvictionOrder& order);

  [[nodiscard]] std::optional<model::BootTime> next_deadline() const;

 private:
  using Looks = std::array<model::BootTime, model::event_class_count>;

  [[nodiscard]] std::optional<EvictionOrder> for_space(const StoreSight& store,
                                                       const journal::RetentionLimits& limits) const;
  [[nodiscard]] std::optional<EvictionOrder> for_age(const model::Now& now, const StoreSight& store,
                                                     const journal::RetentionLimits& limits);
  [[nodiscard]] bool has_delivered_ones(const StoreSight& store, model::EventClass event_class) const;
  [[nodiscard]] bool has_to_shrink(model::EventClass event_class, const StoreSight& store,
                                   const journal::RetentionLimits& limits) const;

  std::array<model::Sequence, model::event_class_count> nothing_up_to_{};  ///< of the log, from its floor
  Looks delivered_looks_;                                                  ///< when what is delivered is looked at next
  Looks age_looks_;                                                        ///< … and what is not
  model::BootTime held_look_;                                              ///< … and held billing
  std::array<model::Ordinal, model::event_class_count> left_alone_at_{};   ///< log's last ordinal then
};

}  // namespace chargehook::core
