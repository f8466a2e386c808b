/// Sizes, durations and limits as configuration files write them.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "rules/language/topology.hpp"

namespace chargehook::core {

/// "1 GiB", "1536 MiB": the largest binary unit without a fraction.
[[nodiscard]] std::string size_text(std::uint64_t bytes);

/// "15 s", "1500 ms", "5 min": the largest unit up to minutes without a fraction.
[[nodiscard]] std::string duration_text(std::chrono::milliseconds duration);

/// "90 d", "36 h": days and hours without a fraction, else as duration_text.
[[nodiscard]] std::string long_duration_text(std::chrono::seconds duration);

/// "250 kW", "1.5 kW", "800 W", "400 A": power from 1 kW on in kW, all else in its base unit.
[[nodiscard]] std::string amount_text(const rules::Amount& amount);

}  // namespace chargehook::core
