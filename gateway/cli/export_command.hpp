/// `chargehook journal export`: all events of the journal as lines of JSON, in the order of their sequence. A stopped
/// store is read by a process that may die of it, a running one by its gateway, a page at a time.
#pragma once

#include "cli/command_line.hpp"

namespace chargehook::cli {

/// @return exit code: 0 all is exported, 1 something does not read well and is left out, 2 the file cannot be written
///         or is not of this store, 3 the journal cannot be looked at, 130 stopped by Ctrl-C
[[nodiscard]] int run_export(const ExportOptions& options);

}  // namespace chargehook::cli
