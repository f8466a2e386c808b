/// Whether the pages that a store's trees name are where they say, and their own. A page that is as it was before, or
/// is in another's place, may be sound by itself and lead to pages that are free by now: what is written next would lie
/// over what is still read.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "journal/io/page_file.hpp"
#include "model/result.hpp"

namespace chargehook::journal::io {

enum class PagesLookedAt : std::uint8_t {
  above_leaves,  ///< all that lead to others, and the leaves of small tables: few in any store
  all,
};

/// Nobody writes to the file meanwhile.
/// @param is_free by number, for each page up to the last in use
/// @param progress called now and then
/// @return "damaged" if a tree names a page twice, or one that is free, not there or somewhere else
[[nodiscard]] model::Result<void> check_used_pages(PageFile& file, const std::vector<bool>& is_free,
                                                   PagesLookedAt extent, const std::function<void()>& progress = {});

}  // namespace chargehook::journal::io
