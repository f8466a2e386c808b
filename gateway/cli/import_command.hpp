/// `chargehook journal import`: hands the lines of an export file to the running gateway, which alone gives numbers.
#pragma once

#include "cli/command_line.hpp"

namespace chargehook::cli {

/// @return exit code: 0 done, 1 some lines are refused, 2 the file is unreadable or no export, 3 no gateway answers,
///         130 stopped by Ctrl-C
[[nodiscard]] int run_import(const ImportOptions& options);

}  // namespace chargehook::cli
