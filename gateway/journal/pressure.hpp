/// What a filling store still takes, and what goes first. The levels are shares of the map that are in use.
#pragma once

#include <array>
#include <vector>

#include "journal/batch.hpp"
#include "journal/stored_state.hpp"
#include "model/event.hpp"

namespace chargehook::journal {

/// Above this, delivered records go, oldest first.
inline constexpr double trim_above = 0.70;

/// Whether an event of the class is still admitted. Telemetry ends first, billing last: its sources are pushed back
/// rather than anything being dropped. The levels are shares of what may be filled: the map without its reserve.
/// @param waiting_bytes admitted and not yet in the store
[[nodiscard]] bool admits(const Usage& usage, std::size_t waiting_bytes, model::EventClass event_class);

/// The trims that free space from records no open stream wants any more.
/// @param wanted_above per class, the highest sequence that nobody needs
[[nodiscard]] std::vector<Trim> trims_of_delivered(
    const Usage& usage, const std::array<model::Sequence, model::event_class_count>& wanted_above,
    const std::array<ClassLog, model::event_class_count>& logs);

}  // namespace chargehook::journal
