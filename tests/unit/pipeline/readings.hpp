/// Readings and a clock that is turned by hand, for tests of the pipeline.
#pragma once

#include <string>
#include <utility>

#include "model/reading.hpp"

namespace chargehook::pipeline {

using namespace std::chrono_literals;

inline model::Now at(model::Nanoseconds since_start) {
  return {model::WallTime{1'790'000'000s} + since_start, model::BootTime{1000s} + since_start,
          model::TimeQuality::synced};
}

inline model::Reading reading(std::string device, std::string_view signal, model::ReadingValue value,
                              model::Quality quality = model::Quality::good) {
  model::Reading made;
  made.device = std::move(device);
  made.signal = *model::find_signal(signal);
  made.value = std::move(value);
  made.quality = quality;
  made.source = "modbus";
  return made;
}

/// Active power of the meter at the grid connection, stale when nothing newer comes within `good_for`.
inline model::Reading grid_power(double watts, model::Nanoseconds good_for = 0s) {
  auto made = reading("meter/grid", "meter.power", watts);
  made.good_for = good_for;
  return made;
}

}  // namespace chargehook::pipeline
