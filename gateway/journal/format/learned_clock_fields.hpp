/// What was learned of the clock in one boot, as the fields at the end of a row of `boots`. Pure; any thread.
#pragma once

#include <cstddef>
#include <optional>

#include "journal/format/bytes.hpp"
#include "model/boot_clocks.hpp"

namespace chargehook::journal {

inline constexpr std::size_t learned_clock_bytes = 18;

/// Nothing is eighteen zeros.
void write_learned_clock(ByteWriter& out, const std::optional<model::LearnedClock>& learned);

/// @return whether they are what write_learned_clock could have written
[[nodiscard]] bool read_learned_clock(ByteReader& in, std::optional<model::LearnedClock>& learned);

}  // namespace chargehook::journal
