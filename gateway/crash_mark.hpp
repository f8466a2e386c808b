/// A file beside the store that makes the next start look at all of it: written when this run dies of a signal that a
/// damaged page may have caused, or when it has found such a page. Part of main.
#pragma once

#include <optional>
#include <string>

namespace chargehook {

/// From here on SIGBUS, SIGSEGV and SIGABRT leave the mark before they end the process as they always do.
/// @param folder of the store
void leave_mark_on_crash(const std::string& folder);

/// @return whether it is written; the next start does not look at all of the store if not
[[nodiscard]] bool leave_mark(const std::string& folder, const std::string& reason);

/// The reason in words; nothing if there is no mark.
[[nodiscard]] std::optional<std::string> read_mark(const std::string& folder);
void remove_mark(const std::string& folder);

}  // namespace chargehook
