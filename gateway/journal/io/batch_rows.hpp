/// Turns a batch into puts and deletes inside one transaction. Carries out, decides nothing.
#pragma once

#include <vector>

#include "journal/batch.hpp"
#include "journal/io/lmdb_environment.hpp"
#include "journal/io/store_start.hpp"
#include "model/result.hpp"

namespace chargehook::journal::io {

/// What becomes true once the transaction has committed.
struct Written {
  model::Sequence next_sequence = 0;
  TypeIds new_types;
  std::vector<Trimmed> trimmed;
};

/// @param types         ids given by earlier transactions
/// @param next_sequence records of the batch are at or above it: asserted
/// @return "map_full" (the reserve counts as full), "io"; the transaction is then good for nothing but its end
[[nodiscard]] model::Result<Written> write_batch(Transaction& transaction, const Batch& batch, const TypeIds& types,
                                                 model::Sequence next_sequence);

}  // namespace chargehook::journal::io
