/// What the core hands to the intake: counts it by class, and keeps what may not be lost until it is taken.
/// Owner: Core. One thread.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "core/status.hpp"
#include "journal/intake.hpp"
#include "model/clock.hpp"
#include "model/event.hpp"
#include "model/result.hpp"

namespace chargehook::core {

/// Entries kept in memory while the intake takes nothing; beyond, those without billing are dropped and counted.
inline constexpr std::size_t kept_entries_max = 10'000;

/// Whether what the intake refused with this error will be refused every time.
[[nodiscard]] bool is_for_good(const model::Error& refused);

class Admission {
 public:
  explicit Admission(journal::Intake& intake) : intake_(intake) {}

  /// For what has a source that repeats it, or that may be dropped. @return why it was refused
  [[nodiscard]] model::Result<void> offer(const model::Now& now, journal::Entry entry);

  /// For what nobody repeats: alarms, what was derived from a charger's frames. Kept until it is taken; in order, but
  /// billing and safety do not wait for other devices' classes that the store takes no more.
  void keep(const model::Now& now, journal::Entry entry);

  /// Tries again with what is kept.
  void retry(const model::Now& now);

  /// journal::IdRow::id of events that were kept and are dropped for good, once each.
  [[nodiscard]] std::vector<std::uint64_t> take_dropped_ids() { return std::exchange(dropped_ids_, {}); }

  /// Something is kept because the intake refuses.
  [[nodiscard]] bool is_refused() const { return !kept_.empty(); }

  struct Counters {
    std::uint64_t admitted = 0;
    std::uint64_t refused = 0;
  };
  [[nodiscard]] const Counters& counters(model::EventClass event_class) const {
    return counters_[static_cast<std::size_t>(event_class)];
  }

 private:
  using Events = std::array<std::uint64_t, model::event_class_count>;

  [[nodiscard]] bool must_drop(const journal::Entry& entry) const;
  [[nodiscard]] bool try_admit(const model::Now& now, const journal::Entry& entry);
  void let_urgent_pass(const model::Now& now);
  void drop(const journal::Entry& entry);
  void count(const Events& events, bool is_admitted);

  journal::Intake& intake_;
  std::deque<journal::Entry> kept_;
  std::vector<std::uint64_t> dropped_ids_;
  std::string refusal_;  ///< code of the last refusal of a kept entry
  std::array<Counters, model::event_class_count> counters_{};
};

}  // namespace chargehook::core
