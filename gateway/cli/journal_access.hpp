/// What commands on the journal share: where it is, and why it cannot be looked at.
#pragma once

#include <optional>
#include <string>

#include "cli/command_line.hpp"
#include "journal/verify/examination.hpp"
#include "model/result.hpp"

namespace chargehook::cli {

inline constexpr int not_looked_at = 3;

[[nodiscard]] std::string journal_folder(const JournalOptions& options);

/// Why a process of ours did not look at a stopped journal, for a reason that is not the journal's. Nothing: it did, or
/// its death says something of the journal, and is among the findings.
[[nodiscard]] std::optional<model::Error> why_not_looked_at(const journal::ChildEnd& end, journal::Examination& told);

/// Says on standard error why a stopped journal cannot be looked at, and what to do. @return not_looked_at
int say_why(const model::Error& error);

/// Says that it is in use and nobody answers for it, and what to do. @return not_looked_at
int explain_silence(const JournalOptions& options, const model::Error& error);

}  // namespace chargehook::cli
