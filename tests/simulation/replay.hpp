/// The command that runs one seed again.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace chargehook::simulation {

/// @param kind short or hour
inline std::string replay_line(std::string_view kind, std::uint64_t seed) {
  return "  again: ./dev rig simulate --kind " + std::string{kind} + " --seed " + std::to_string(seed) + " --trace\n";
}

}  // namespace chargehook::simulation
