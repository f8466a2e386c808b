/// Reads the machine's clocks: the one place where time comes from.
#pragma once

#include "model/clock.hpp"

namespace chargehook::runtime {

/// Wall and boot time, read one after the other, and how far the kernel trusts the wall clock. Any thread.
/// Quality: `synced` while the kernel is disciplined, else `holdover`, `unknown` before 2024.
/// Source: adjtimex(2), clock_gettime(2).
[[nodiscard]] model::Now read_clocks();

}  // namespace chargehook::runtime
