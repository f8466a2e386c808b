/// `chargehook journal verify` and `stats`: on a stopped store read by ourselves, on a running one by the gateway. A
/// tool never opens a store beside the gateway: killed in the middle of it, it would keep pages from being used again.
#pragma once

#include "cli/command_line.hpp"

namespace chargehook::cli {

/// @return exit code: 0 all is well, 1 something is damaged, 3 it could not be looked at
[[nodiscard]] int run_verify(const VerifyOptions& options);

/// @return exit code: 0, or 3 if it could not be looked at
[[nodiscard]] int run_stats(const StatsOptions& options);

}  // namespace chargehook::cli
