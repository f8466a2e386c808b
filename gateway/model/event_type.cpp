#include "model/event_type.hpp"

#include <algorithm>
#include <array>

namespace chargehook::model {

namespace {

using enum EventClass;

// Sorted by name: find_event_type searches by halves, and a test holds it to that.
constexpr std::array types{
    EventType{"card.assigned", state, true},
    EventType{"card.rejected", state, true},
    EventType{"card.revoked", state, true},
    EventType{"charger.booted", state, false},
    EventType{"charger.connected", state, false},
    EventType{"charger.data_transfer", state, false},
    EventType{"charger.disconnected", state, false},
    EventType{"charger.firmware_status", state, false},
    EventType{"charger.security_event", safety, false},
    EventType{"charger.status_changed", state, true},
    EventType{"delivery.gap", billing, false},
    EventType{"delivery.watermark", state, false},
    EventType{"fault.cleared", safety, true},
    EventType{"fault.raised", safety, true},
    EventType{"fault.updated", safety, true},
    EventType{"gateway.audit", state, false},
    EventType{"gateway.clock_changed", state, false},
    EventType{"gateway.config_applied", state, false},
    EventType{"gateway.config_rejected", state, false},
    EventType{"gateway.csms_connected", state, false},
    EventType{"gateway.csms_disconnected", state, false},
    EventType{"gateway.csms_policy_changed", state, false},
    EventType{"gateway.endpoint_held", state, false},
    EventType{"gateway.endpoint_parked", state, false},
    EventType{"gateway.endpoint_resumed", state, false},
    EventType{"gateway.rules_inactive", state, false},
    EventType{"gateway.secret_expiring", state, false},
    EventType{"gateway.security_event", safety, false},
    EventType{"gateway.started", state, false},
    EventType{"gateway.stopping", state, false},
    EventType{"gateway.storage_pressure", state, false},
    EventType{"gateway.test", state, false},
    EventType{"load_management.cleared", safety, false},
    EventType{"load_management.limit_changed", safety, false},
    EventType{"load_management.raised", safety, false},
    EventType{"load_management.updated", safety, false},
    EventType{"payment.cancelled", billing, true},
    EventType{"payment.completed", billing, true},
    EventType{"payment.failed", billing, true},
    EventType{"reconciliation.daily", billing, false},
    EventType{"reconciliation.session", billing, false},
    EventType{"reservation.cancelled", state, true},
    EventType{"reservation.created", state, true},
    EventType{"reservation.expired", state, true},
    EventType{"reservation.refused", state, true},
    EventType{"reservation.updated", state, true},
    EventType{"reservation.used", state, true},
    EventType{"session.ended", billing, true},
    EventType{"session.incomplete", billing, false},
    EventType{"session.started", billing, true},
    EventType{"session.updated", billing, true},
    EventType{"telemetry.readings", telemetry, false},
    EventType{"user.created", state, true},
    EventType{"user.updated", state, true},
};

}  // namespace

std::span<const EventType> event_types() { return types; }

const EventType* find_event_type(std::string_view name) {
  const auto found = std::ranges::lower_bound(types, name, {}, &EventType::name);
  return found != types.end() && found->name == name ? &*found : nullptr;
}

}  // namespace chargehook::model
