/// What the core hands to the intake: counts it by class, and keeps what may not be lost until it is taken.
/// Owner: Core. One thread.
#pragma once

#include <array>
#include <cstdint>
#include <deque>

#include "core/status.hpp"
#include "journal/intake.hpp"
#include "model/clock.hpp"
#include "model/event.hpp"
#include "model/result.hpp"

namespace chargehook::core {

/// Entries kept in memory while the intake takes nothing; beyond, those without billing are dropped and counted.
inline constexpr std::size_t kept_entries_max = 10'000;

class Admission {
 public:
  explicit Admission(journal::Intake& intake) : intake_(intake) {}

  /// For what has a source that repeats it, or that may be dropped. @return why it was refused
  [[nodiscard]] model::Result<void> offer(const model::Now& now, journal::Entry entry);

  /// For what nobody repeats: alarms, what was derived from a charger's frames. In order; kept until it is taken.
  void keep(const model::Now& now, journal::Entry entry);

  /// Tries again with what is kept.
  void retry(const model::Now& now);

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
  [[nodiscard]] bool must_drop(const journal::Entry& entry) const;

  journal::Intake& intake_;
  std::deque<journal::Entry> kept_;
  std::array<Counters, model::event_class_count> counters_{};
};

}  // namespace chargehook::core
