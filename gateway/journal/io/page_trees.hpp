/// Finds the rows of a damaged store's file: those that hang in the trees of its newest state, then those on all other
/// pages. Reads and decides nothing.
#pragma once

#include <functional>

#include "journal/io/page_file.hpp"
#include "journal/salvage.hpp"

namespace chargehook::journal::io {

/// @param progress called now and then with the number of pages looked at
/// @return whether the file holds any byte that is not zero
bool gather_rows(PageFile& file, Salvage& salvage, const std::function<void(std::uint64_t pages)>& progress);

/// The value of one entry of a leaf; empty if it is not there.
[[nodiscard]] std::string value_at(PageFile& file, std::uint64_t page, std::uint32_t entry);

}  // namespace chargehook::journal::io
