/// One signal of one device as one subscription gets it: readings gathered into one value per interval. Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "model/reading.hpp"
#include "pipeline/telemetry_config.hpp"

namespace chargehook::pipeline {

class Series {
 public:
  explicit Series(model::SignalId signal) : signal_(signal) {}

  /// Readings without a value, and status words, count for the quality only.
  void take(const model::Reading& reading);

  /// Ends an interval: its value goes to the batch, `null` if there was none.
  void close_interval();

  /// Appends `{"device":…,"signal":…,"unit":…,"as":…,"offset_s":[…],"values":[…],"quality":[…]}` for one aggregate.
  void append_json(std::string& out, std::string_view device, Aggregate aggregate, std::chrono::seconds every) const;

  /// Whether any interval since the last `clear` had a value.
  [[nodiscard]] bool has_values() const;
  void clear() { intervals_.clear(); }

 private:
  struct Interval {
    std::size_t count = 0;
    double sum = 0, last = 0, min = 0, max = 0, first = 0;
    model::Quality quality = model::Quality::good;  ///< the worst that came
  };

  [[nodiscard]] static double value_of(const Interval& interval, Aggregate aggregate);

  model::SignalId signal_;
  Interval open_;
  std::optional<double> before_;  ///< last value before the open interval: where a delta begins
  std::vector<Interval> intervals_;
};

}  // namespace chargehook::pipeline
