/// `chargehook check`: reads all configuration files, names every error, changes nothing.
#pragma once

#include <iosfwd>

#include "cli/command_line.hpp"

namespace chargehook::cli {

/// Prints what is wrong and one line that says what would run: "ok: 1 ingest listener, 61 chargers, 2 endpoints,
/// 14 rules".
/// @return exit code: 0 clean, 1 warnings, 2 errors
[[nodiscard]] int run_check(const CheckOptions& options);

/// As above, onto a stream.
[[nodiscard]] int run_check(const CheckOptions& options, std::ostream& out);

}  // namespace chargehook::cli
