/// One charger's connection together with its upstream connection: what the relay remembers of it. Plain state; the
/// decisions are in sessions.cpp (who may connect) and relay.cpp (what becomes of a message).
#pragma once

#include <optional>
#include <string>

#include "model/clock.hpp"
#include "ocpp/exchange.hpp"
#include "ocpp/held_lane.hpp"
#include "ocpp/open_calls.hpp"
#include "ocpp/station.hpp"

namespace chargehook::ocpp {

enum class Phase : std::uint8_t {
  dialling,  ///< the charger waits for what the upstream says
  open,      ///< both sides are connected
  closing,   ///< the upstream is gone; what it said before is still held on its way to the charger
};

struct Link {
  LinkId id{};
  Phase phase = Phase::dialling;
  Station* station = nullptr;  ///< outlives the link
  std::string identity;        ///< as the charger wrote it
  std::string offered;         ///< subprotocols
  std::string subprotocol;     ///< negotiated, empty if none
  std::string remote_address;
  bool is_secure = false;  ///< its upstream is dialled over TLS
  model::BootTime dial_until;
  model::BootTime opened;

  std::uint64_t connection = 0;  ///< ordinal of the charger's connection, over restarts
  std::uint64_t messages_from_charger = 0;
  OpenCalls charger_calls;   ///< wait for the CSMS
  OpenCalls upstream_calls;  ///< wait for the charger
  HeldLane to_charger;
  bool passes_on = false;                       ///< as last told by PassOn
  std::optional<model::BootTime> watched_hold;  ///< a timer is due for it
  std::optional<Close> close_after;             ///< for the charger, when `to_charger` is empty
};

/// Negotiated "ocpp1.6", or nothing at all, which in the field means 1.6.
[[nodiscard]] inline bool speaks_v16(const Link& link) {
  return link.subprotocol.empty() || link.subprotocol == "ocpp1.6";
}

}  // namespace chargehook::ocpp
