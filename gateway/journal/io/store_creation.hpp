/// Makes a store where there is none.
#pragma once

#include <cstdint>

#include "journal/io/lmdb_journal.hpp"
#include "model/result.hpp"

namespace chargehook::journal::io {

/// The store is made in a folder of its own and moved into place when all of it is on disk, so data.mdb is either
/// missing or a whole store, whenever the power goes. The caller holds the folder's lock.
/// @param map_bytes the disk space to claim, whole pages
[[nodiscard]] model::Result<void> create_store(const OpenOptions& options, std::uint64_t map_bytes);

}  // namespace chargehook::journal::io
