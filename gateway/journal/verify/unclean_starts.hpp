/// Whether a store has been opened again and again after runs that did not end in order. Pure.
#pragma once

#include <vector>

#include "journal/format/tables.hpp"
#include "model/clock.hpp"

namespace chargehook::journal {

/// @param rows openings of the store, the newest last
/// @param uuid of the machine's boot of `now`: within one boot its clock counts, else the clock on the wall
/// @return whether the last three openings lie within ten minutes before `now` and none of their runs ended in order
[[nodiscard]] bool keeps_failing(const std::vector<BootRow>& rows, const model::Now& now, const BootUuid& uuid);

}  // namespace chargehook::journal
