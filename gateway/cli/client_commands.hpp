/// Sub-commands that ask the running gateway over its unix socket.
#pragma once

#include "cli/command_line.hpp"

namespace chargehook::cli {

/// The socket of the API in a runtime folder.
[[nodiscard]] std::string api_socket(const std::string& runtime_dir);

/// @return exit code: 0 applied, 2 refused, 3 no gateway answers
[[nodiscard]] int run_apply(const ApplyOptions& options);

/// @return exit code: 0 all is well, 1 there are problems, 3 no gateway answers
[[nodiscard]] int run_status(const StatusOptions& options);

}  // namespace chargehook::cli
