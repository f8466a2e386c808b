/// What commands on the journal share: where it is, and why it cannot be looked at.
#pragma once

#include <string>

#include "cli/command_line.hpp"
#include "model/result.hpp"

namespace chargehook::cli {

inline constexpr int not_looked_at = 3;

[[nodiscard]] std::string journal_folder(const JournalOptions& options);

/// Says on standard error why a stopped journal cannot be looked at, and what to do. @return not_looked_at
int say_why(const model::Error& error);

/// Says that it is in use and nobody answers for it, and what to do. @return not_looked_at
int explain_silence(const JournalOptions& options, const model::Error& error);

}  // namespace chargehook::cli
