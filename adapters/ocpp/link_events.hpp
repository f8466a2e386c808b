/// charger.connected and charger.disconnected: made by the gateway, no OCPP message says them. Pure; core thread.
#pragma once

#include <cstdint>
#include <string_view>

#include "ocpp/station.hpp"

namespace chargehook::ocpp {

struct LinkFacts {
  std::string_view subprotocol;  ///< negotiated, empty if none
  std::string_view remote_address;
};

/// How a link ended.
struct LinkEnd {
  std::string_view reason;  ///< "charger_closed", "upstream_closed", "replaced", "stopping"
  std::uint16_t code = 1006;
  std::chrono::seconds connected_for{0};
};

/// @param moment its `connection` numbers the charger's connections over restarts: the natural key
[[nodiscard]] model::Event connected_event(const Station& station, const Moment& moment, const LinkFacts& facts);
[[nodiscard]] model::Event disconnected_event(const Station& station, const Moment& moment, const LinkEnd& end);

}  // namespace chargehook::ocpp
