/// Reads what a store holds, in one short transaction.
#pragma once

#include "journal/io/lmdb_environment.hpp"
#include "journal/store_stats.hpp"
#include "model/result.hpp"

namespace chargehook::journal::io {

/// A row that cannot be read leaves its numbers out. @return "damaged", "io"
[[nodiscard]] model::Result<StoreStats> read_stats(Environment& environment);

}  // namespace chargehook::journal::io
