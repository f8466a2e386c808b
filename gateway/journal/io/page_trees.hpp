/// Finds the rows of a damaged store's file: those that hang in the trees of its newest state, then those on all other
/// pages. Reads and decides nothing.
#pragma once

#include <functional>

#include "journal/io/page_file.hpp"
#include "journal/verify/salvage.hpp"

namespace chargehook::journal::io {

/// @param progress called now and then with the number of pages looked at
/// @return whether the file holds any byte that is not zero behind its two first pages
bool gather_rows(PageFile& file, Salvage& salvage, const std::function<void(std::uint64_t pages)>& progress);

/// Whether one of its first pages is LMDB's, as a journal has it, and counts more pages than are there.
[[nodiscard]] bool is_cut_off(PageFile& file);

/// The value of one entry of a leaf; empty if it is not there.
[[nodiscard]] std::string value_at(PageFile& file, std::uint64_t page, std::uint32_t entry);

}  // namespace chargehook::journal::io
