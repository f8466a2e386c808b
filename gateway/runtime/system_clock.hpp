/// Reads the machine's clocks: the one place where time comes from.
#pragma once

#include <array>
#include <cstdint>

#include "model/clock.hpp"

namespace chargehook::runtime {

/// Wall and boot time, read one after the other, and how far the kernel trusts the wall clock. Any thread.
/// Quality: `synced` while the kernel is disciplined; `holdover` if it was before in this boot (as systemd-timesyncd
/// says), or if the time came from a clock with a battery; else, and always before 2024, `unknown`. What the core makes
/// of it: core/time/clock_keeper.hpp. Source: adjtimex(2), clock_gettime(2).
[[nodiscard]] model::Now read_clocks();

/// Names the machine's present boot; zeros if the kernel does not say. Source: random(4), boot_id.
[[nodiscard]] std::array<std::uint8_t, 16> read_boot_uuid();

}  // namespace chargehook::runtime
