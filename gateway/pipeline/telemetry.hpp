/// Readings into telemetry.readings events, one stream of them per subscription. A step function. Owner: Pipeline.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "model/event.hpp"
#include "model/reading.hpp"
#include "model/site.hpp"
#include "pipeline/series.hpp"
#include "pipeline/telemetry_config.hpp"

namespace chargehook::pipeline {

/// How many series one subscription may have; readings of further ones are counted and left out.
inline constexpr std::size_t series_max = 2000;

class Telemetry {
 public:
  /// @param run names this run of the gateway: with a counter it is the natural key of each batch
  Telemetry(model::Site site, std::string run);

  /// Subscriptions that stay the same keep what they have gathered.
  void configure(const model::Now& now, const std::vector<TelemetrySubscription>& subscriptions);

  void take(const model::Reading& reading);

  /// Ends intervals and batches that are over by `now`.
  void tick(const model::Now& now, std::vector<model::Event>& out);
  [[nodiscard]] std::optional<model::BootTime> next_deadline() const;

  [[nodiscard]] std::uint64_t left_out() const { return left_out_; }

 private:
  using Key = std::pair<std::string, model::SignalId>;
  struct Running {
    TelemetrySubscription subscription;
    std::vector<bool> wanted;      ///< by signal
    std::map<Key, Series> series;  ///< sorted: the same readings give the same text
    model::WallTime from;          ///< of the batch
    model::BootTime interval_end;
    std::int64_t intervals_left = 0;  ///< in the batch
  };

  [[nodiscard]] Running begin(const model::Now& now, const TelemetrySubscription& subscription) const;
  void start_batch(Running& running, model::WallTime from) const;
  void end_interval(Running& running, const model::Now& now, std::vector<model::Event>& out);
  [[nodiscard]] std::vector<model::Event> events_of(Running& running, const model::Now& now);
  [[nodiscard]] model::Event make_event(const Running& running, const model::Now& now, std::string series);

  model::Site site_;
  std::string run_;
  std::vector<Running> running_;
  std::uint64_t made_ = 0;
  std::uint64_t left_out_ = 0;
};

}  // namespace chargehook::pipeline
