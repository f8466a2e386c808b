/// Deletes points of streams that nobody needs once the records before them are trimmed. Carries out, decides nothing.
#pragma once

#include <cstddef>

#include "journal/io/lmdb_environment.hpp"
#include "model/event.hpp"
#include "model/result.hpp"
#include "model/stream.hpp"

namespace chargehook::journal::io {

/// In one batch and of one class at most; what is left goes with the next trim.
inline constexpr std::size_t chain_points_per_trim = 1000;

/// Of each stream of the class the points not above the floor go, but for the newest of these: from there its numbers
/// go on. Where the stream is closed and has no record above the floor, or has no row, that one goes too. After the
/// rows of the batch are put.
/// @param floor the last sequence trimmed
[[nodiscard]] model::Result<void> trim_chain_points(Transaction& transaction, model::EventClass event_class,
                                                    model::Sequence floor);

}  // namespace chargehook::journal::io
