/// Sub-commands that ask the running gateway over its unix socket.
#pragma once

#include "cli/client.hpp"
#include "cli/command_line.hpp"

namespace chargehook::cli {

/// @return exit code: 0 applied, 2 refused, 3 no gateway answers
[[nodiscard]] int run_apply(const ApplyOptions& options);

/// @return exit code: 0 all is well, 1 there are problems, 3 no gateway answers
[[nodiscard]] int run_status(const StatusOptions& options);

}  // namespace chargehook::cli
