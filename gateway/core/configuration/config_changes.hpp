/// What one configuration changes against another, in words for the person who applies it.
#pragma once

#include <string>
#include <vector>

#include "core/configuration/config_generation.hpp"

namespace chargehook::core {

/// A sentence each: "endpoint billing added", "site.import_limit 250 kW → 200 kW". Never a secret.
struct ConfigChanges {
  std::vector<std::string> taken;
  std::vector<std::string> needs_restart;  ///< those that a running gateway cannot take into use
};
[[nodiscard]] ConfigChanges compare(const ConfigGeneration& from, const ConfigGeneration& to);

/// `to` with what needs a restart left as it is in `from`.
[[nodiscard]] ConfigGeneration without_restart(const ConfigGeneration& from, const ConfigGeneration& to);

}  // namespace chargehook::core
