/// What this program does when it has started itself to look at a store: journal/io/examine_store.hpp,
/// export_store.hpp and salvage_store.hpp, on standard output; and counting, which says a refusal as they do or one line
/// of JSON. Part of main.
#pragma once

#include "cli/command_line.hpp"

namespace chargehook {

/// @return exit code
[[nodiscard]] int salvage_store(const cli::SalvageOptions& options);

/// @return exit code
[[nodiscard]] int export_store(const cli::ExportStoreOptions& options);

/// @return exit code
[[nodiscard]] int count_store(const cli::CountStoreOptions& options);

/// @return exit code
[[nodiscard]] int examine_store(const cli::ExamineOptions& options);

}  // namespace chargehook
