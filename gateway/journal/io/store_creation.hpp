/// Makes a store where there is none, or beside a damaged one.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "journal/io/lmdb_journal.hpp"
#include "model/result.hpp"

namespace chargehook::journal::io {

/// The store is made in a folder of its own and moved into place when all of it is on disk, so data.mdb is either
/// missing or a whole store, whenever the power goes. The caller holds the folder's lock.
/// @param map_bytes the disk space to claim, whole pages
[[nodiscard]] model::Result<void> create_store(const OpenOptions& options, std::uint64_t map_bytes);

/// A store that is not in place yet.
struct NewStore {
  std::string folder;  ///< `new` in the store's folder
  std::uint64_t store_id = 0;
};

/// Its first rows, in the folder `new`; what was left there is removed.
/// @param store_id nothing: drawn at random
[[nodiscard]] model::Result<NewStore> begin_store(const std::string& folder, std::uint64_t map_bytes,
                                                  std::optional<std::uint64_t> store_id, const model::Now& now,
                                                  std::uint64_t machine);

/// Moves it to `data.mdb`, over what is there.
[[nodiscard]] model::Result<void> put_in_place(const std::string& folder);

[[nodiscard]] model::Result<std::uint64_t> random_store_id();

}  // namespace chargehook::journal::io
