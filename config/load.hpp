/// From files to a configuration: all of it sound, or none and every reason why.
#pragma once

#include <optional>

#include "config/diagnostics.hpp"
#include "config/source.hpp"
#include "core/configuration/config_generation.hpp"

namespace chargehook::config {

struct Loaded {
  std::optional<core::ConfigGeneration> generation;  ///< there if and only if there are no errors
  Diagnostics diagnostics;                           ///< sorted
};

/// Pure; any thread. Takes any bytes.
[[nodiscard]] Loaded load(const Files& files);

/// 16 hexadecimal digits over the paths and texts of all files as read, secrets and what is shipped left out.
[[nodiscard]] std::string hash_of(const std::vector<Source>& sources);

}  // namespace chargehook::config
