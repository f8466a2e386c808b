/// `chargehook clock`, `clock set`, `clock accept`.
#pragma once

#include "cli/command_line.hpp"

namespace chargehook::cli {

/// @return exit code: show: 0 the time is known, 1 it is not; set, accept: 0 done, 2 refused; 3 no gateway answers
[[nodiscard]] int run_clock(const ClockOptions& options);

}  // namespace chargehook::cli
