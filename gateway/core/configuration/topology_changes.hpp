/// What changes of the site's limits and circuits from one configuration to another. Private to this folder.
#pragma once

#include "core/configuration/change_lines.hpp"
#include "rules/language/topology.hpp"

namespace chargehook::core {

/// "site.import_limit 250 kW → 200 kW", "circuit feeder-a: rating 400 A → 315 A". Its devices are compared where they
/// are configured.
void compare_topology(const rules::Topology& from, const rules::Topology& to, Lines& lines);

}  // namespace chargehook::core
