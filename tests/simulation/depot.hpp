/// The depot that is simulated: its configuration files, read as the product reads them, in the variants that an
/// operator changes between.
#pragma once

#include <array>
#include <cstddef>

#include "core/configuration/config_generation.hpp"
#include "judge/delivery_judge.hpp"

namespace chargehook::simulation {

inline constexpr std::size_t depot_variants = 3;

/// The same for the whole process. `billing` and `archive` are alike in all; `maintenance` has another filter in the
/// second and is missing in the third.
[[nodiscard]] const std::array<core::ConfigPtr, depot_variants>& depot_configurations();

/// What the endpoints that are in all variants have to get.
[[nodiscard]] std::vector<Wish> depot_wishes();

}  // namespace chargehook::simulation
