/// Writes billing that is carried out to its folder, and counts what lies there. Blocks: on a thread that may wait, one
/// at a time. Decides nothing; nothing here ever deletes a file that was finished.
#pragma once

#include <cstddef>
#include <string>

#include "journal/held_file.hpp"

namespace chargehook::journal::io {

/// As a start finds it. Removes what a run before left half written.
/// @param data the gateway's data folder
[[nodiscard]] HeldFolder look_at_held_folder(const std::string& data);

[[nodiscard]] std::size_t count_held_files(const std::string& data);

/// Under a temporary name, synced, renamed over what may have its name, and the folder synced. What fails leaves no
/// temporary file behind: the disk may be full.
[[nodiscard]] HeldFileResult write_held_file(const std::string& data, const HeldFile& file);

}  // namespace chargehook::journal::io
