/// A store that no gateway has open, for tools and for the look before a start: read only, nothing of it is written.
#pragma once

#include <string>

#include "journal/io/lmdb_environment.hpp"
#include "journal/io/store_folder.hpp"
#include "model/result.hpp"

namespace chargehook::journal::io {

struct StoppedStore {
  Descriptor lock;  ///< held as long as this lives; none if the folder has no file `lock`, as a copy of a store has not
  Environment environment;
};

/// @return "no_store" if there is none in the folder, "locked" if a gateway runs on it, "not_a_store", "format" (both
///         numbers named), "damaged", "io"
[[nodiscard]] model::Result<StoppedStore> open_stopped(const std::string& folder);

/// Its lock alone, as above. @return "no_store", "locked", "io"
[[nodiscard]] model::Result<Descriptor> lock_stopped(const std::string& folder);

/// Its environment alone, for a caller that holds the lock.
[[nodiscard]] model::Result<Environment> open_read_only(const std::string& folder);

}  // namespace chargehook::journal::io
