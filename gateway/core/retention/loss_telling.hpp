/// Losses that nobody decided on: records that cannot be read, and those of a store that was damaged. Which streams are
/// told, and how. Pure.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/configuration/config_generation.hpp"
#include "core/gateway_events.hpp"
#include "core/retention/gap_table.hpp"
#include "delivery/streams.hpp"
#include "journal/intake.hpp"

namespace chargehook::core {

/// A row for records that were read and are damaged, for those of the streams that no row tells of them yet.
/// @param hit streams of one class, each with what it does not get: rising, not empty
/// @return nothing if all of it is told
[[nodiscard]] std::optional<journal::GapRow> row_of_damage(const GapTable& gaps,
                                                           const std::vector<delivery::StreamHit>& hit);

/// What the store has to write so that each notice of the row has an event. One whose endpoint has no name any more is
/// nobody's, and goes.
/// @param names of endpoints, by number
[[nodiscard]] journal::Eviction make_telling(const model::Now& now, const ConfigGeneration& config, journal::GapRow row,
                                             const std::map<std::string, std::uint32_t>& names, GatewayEvents& events);

}  // namespace chargehook::core
