/// What a `delivery.gap` tells its receiver, read from its data. Knows nothing of the gateway but docs/events.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "judge/loss.hpp"

namespace chargehook::simulation {

struct WireGap {
  std::string stream;
  std::string event_class;
  std::string reason;
  std::vector<Loss> losses;
  std::uint64_t from_sequence = 0;
  std::uint64_t to_sequence = 0;
  std::uint64_t events = 0;
  std::vector<std::string> files;  ///< that they were carried out to
};

/// @return nothing if a member is missing or its ranges do not rise
[[nodiscard]] std::optional<WireGap> read_wire_gap(std::string_view data);

}  // namespace chargehook::simulation
