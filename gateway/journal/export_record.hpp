/// The export line of a record, as the store that has it would show the event. Pure; any thread.
#pragma once

#include <cstdint>

#include "journal/format/export_line.hpp"
#include "journal/format/record.hpp"
#include "model/boot_clocks.hpp"

namespace chargehook::journal {

/// Says nothing of what lies before it: `previous` is 0.
/// @param giver  the store that gave the record its sequence (giver_of)
/// @param clocks what was learned of the time in each boot; asked only if the record's own was not known
[[nodiscard]] ExportLine line_of(const Record& record, std::uint64_t giver, const model::BootClocks& clocks);

}  // namespace chargehook::journal
