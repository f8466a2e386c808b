/// Whose a store is: what happens when its file has come to another machine, or is an older one than the last run had.
/// Inside a transaction of the caller's.
#pragma once

#include <cstdint>
#include <optional>

#include "journal/format/witness.hpp"
#include "journal/io/lmdb_environment.hpp"
#include "journal/stored_state.hpp"
#include "journal/verify/counting.hpp"
#include "model/clock.hpp"
#include "model/result.hpp"

namespace chargehook::journal::io {

/// What is known here of where the file was.
struct Arrival {
  std::uint64_t machine = 0;  ///< hash of this machine's id; 0: not known
  std::optional<Witness> witness;
  std::uint64_t new_store_id = 0;  ///< of the store, if it needs another
};

/// Where the file has come to another machine, or an older copy was put back, the store gets another id, its open
/// streams begin again in their next generations, sequences go on above all that are known, and `origins` says why.
/// `state` follows.
/// @return "damaged", "io"
[[nodiscard]] model::Result<void> settle_identity(Transaction& transaction, StoredState& state, const model::Now& now,
                                                  const Arrival& arrival, const Counting& counting);

}  // namespace chargehook::journal::io
