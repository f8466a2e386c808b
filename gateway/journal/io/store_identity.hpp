/// Whose a store is: what happens when its file has come to another machine. Inside a transaction of the caller's.
#pragma once

#include <cstdint>

#include "journal/io/lmdb_environment.hpp"
#include "journal/stored_state.hpp"
#include "journal/verify/counting.hpp"
#include "model/clock.hpp"
#include "model/result.hpp"

namespace chargehook::journal::io {

/// Where the file has come to another machine the store gets another id, its open streams begin again in their next
/// generations, and `origins` says why. `state` follows.
/// @param machine  hash of this machine's id, not 0
/// @param store_id of the store from then on
/// @return "damaged", "io"
[[nodiscard]] model::Result<void> settle_identity(Transaction& transaction, StoredState& state, const model::Now& now,
                                                  std::uint64_t machine, std::uint64_t store_id,
                                                  const Counting& counting);

}  // namespace chargehook::journal::io
