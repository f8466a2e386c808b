/// Sizes and durations as configuration files write them.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace chargehook::core {

/// "1 GiB", "1536 MiB": the largest binary unit without a fraction.
[[nodiscard]] std::string size_text(std::uint64_t bytes);

/// "15 s", "1500 ms", "5 min": the largest unit up to minutes without a fraction.
[[nodiscard]] std::string duration_text(std::chrono::milliseconds duration);

}  // namespace chargehook::core
