/// Puts together what one eviction writes: who is told what of the loss. Pure.
#pragma once

#include <string>
#include <vector>

#include "core/configuration/config_generation.hpp"
#include "core/gateway_events.hpp"
#include "core/retention/eviction_plan.hpp"
#include "core/retention/gap_table.hpp"
#include "delivery/streams.hpp"
#include "journal/intake.hpp"

namespace chargehook::core {

struct EvictionMade {
  journal::Eviction eviction;
  std::uint64_t lost = 0;              ///< deliveries that will not be: an event counts once for each endpoint
  std::vector<std::string> endpoints;  ///< names of those that lose something
};

/// @param plan     complete
/// @param given_up what the streams of the class said to it
/// @param file     where the records were carried out to; empty: nowhere
[[nodiscard]] EvictionMade make_eviction(const model::Now& now, const ConfigGeneration& config,
                                         const EvictionPlan& plan, const std::vector<delivery::StreamGivenUp>& given_up,
                                         const GapTable& gaps, GatewayEvents& events, const std::string& file = {});

}  // namespace chargehook::core
