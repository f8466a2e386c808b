/// What changes in a store that goes on under another id. Pure; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "journal/format/origin_row.hpp"
#include "journal/format/witness.hpp"
#include "journal/verify/counting.hpp"
#include "model/stream.hpp"

namespace chargehook::journal {

/// The stream in its next generation: it counts from 1 again, because its name, from which the chain begins, has the
/// store's id in it.
/// @param start matching begins above this sequence
[[nodiscard]] model::StreamRow begin_again(const model::StreamRow& old, std::string_view endpoint,
                                           std::uint64_t store_id, model::Sequence start, const Counting& counting);

/// Whether the file has come to another machine. What is not known is no other machine.
[[nodiscard]] bool is_another_machine(std::optional<std::uint64_t> stored, std::uint64_t present);

/// Whether the file is an older one than the last run had: it was restored. Its numbers from there on were given
/// before.
/// @param found   what the store says of itself
/// @param origins of the store, the oldest first: one that has taken the place of the witnessed one goes on from it
[[nodiscard]] bool is_restored(const Witness& found, const std::vector<StoreOrigin>& origins,
                               const std::optional<Witness>& witness);

}  // namespace chargehook::journal
