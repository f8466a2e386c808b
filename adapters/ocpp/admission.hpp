/// Who may connect, under which identity, and to which upstream. Pure; any thread.
#pragma once

#include <string>
#include <string_view>

#include "ocpp/exchange.hpp"
#include "ocpp/ocpp_config.hpp"

namespace chargehook::ocpp {

struct Admission {
  int refused = 0;       ///< HTTP status, 0 if admitted
  std::string reason;    ///< of the refusal, in words, without what the peer wrote
  std::string identity;  ///< the charger's id: of site.yaml where it is known there, else as it wrote it
};

/// @param remembered how many chargers are remembered or connected now
[[nodiscard]] Admission admit(const OcppConfig& config, const ChargerArrived& arrived, std::size_t remembered);

/// The charger of this id or alias; nullptr if it is not configured. Case-sensitive.
[[nodiscard]] const ChargerConfig* find_charger(const OcppConfig& config, std::string_view identity);

/// The upstream of a charger (nullptr: not configured); nullptr if there is none at all.
[[nodiscard]] const UpstreamConfig* upstream_of(const OcppConfig& config, const ChargerConfig* charger);

/// Whether `chosen` is one of the comma-separated `offered`; choosing none is always in order.
[[nodiscard]] bool was_offered(std::string_view chosen, std::string_view offered);

}  // namespace chargehook::ocpp
