/// What readings an endpoint wants to have, as configured: plain values, checked by config/.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "model/signal.hpp"

namespace chargehook::pipeline {

/// What becomes of the readings of one interval.
enum class Aggregate : std::uint8_t { last, mean, min, max, delta };
[[nodiscard]] std::string_view to_string(Aggregate aggregate);

struct TelemetrySubscription {
  std::string endpoint;  ///< its name: events of this subscription have the subject "telemetry/<endpoint>"
  std::vector<model::SignalId> signals;  ///< of all devices
  std::vector<Aggregate> as;             ///< at least one
  std::chrono::seconds every{60};        ///< one value of each series per interval
  std::chrono::seconds batch{60};        ///< one event holds this much time; a multiple of `every`

  bool operator==(const TelemetrySubscription&) const = default;
};

}  // namespace chargehook::pipeline
