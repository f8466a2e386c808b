/// How long it will go on like this: when undelivered records of a class begin to go, and when what waits is delivered,
/// at the rates of the last hour. Owner: Core. One thread.
#pragma once

#include <deque>
#include <optional>

#include "core/retention/retention_schedule.hpp"
#include "model/clock.hpp"

namespace chargehook::core {

struct ClassOutlook {
  bool waits = false;                          ///< something of the class is undelivered
  std::optional<double> hours_until_eviction;  ///< billing: until its sources are pushed back; nothing: not in sight
  std::optional<double> minutes_to_drain;      ///< 0 when nothing waits; nothing: it does not drain, or not known yet

  bool operator==(const ClassOutlook&) const = default;
};

class Outlook {
 public:
  static constexpr std::chrono::minutes sample_every{1};
  static constexpr std::chrono::minutes reaches_back{60};
  static constexpr std::chrono::minutes known_after{5};  ///< a rate over less says nothing

  [[nodiscard]] bool is_sample_due(const model::Now& now) const;
  void sample(const model::Now& now, const StoreSight& store);

  /// @param store of this moment
  [[nodiscard]] ClassOutlook of(model::EventClass event_class, const model::Now& now, const StoreSight& store) const;

 private:
  struct Sample {
    model::BootTime at;
    StoreSight store;
  };
  [[nodiscard]] std::optional<double> hours_until(journal::PressureLevel level, double hours,
                                                  const StoreSight& store) const;

  std::deque<Sample> samples_;  ///< oldest first
};

}  // namespace chargehook::core
