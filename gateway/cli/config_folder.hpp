/// Looks whether the files of a configuration folder are still those that run. Touches files; decides nothing else.
#pragma once

#include "cli/status_text.hpp"

namespace chargehook::cli {

/// Files are told apart by the hash over all of them; which ones were edited, by their dates.
[[nodiscard]] FolderSight look_at_folder(const api::StatusAnswer& answer);

}  // namespace chargehook::cli
