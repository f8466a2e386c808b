/// One value of one signal of one device.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "model/clock.hpp"
#include "model/signal.hpp"

namespace chargehook::model {

enum class Quality : std::uint8_t { good, stale, frozen, estimated, invalid, simulated };
[[nodiscard]] std::string_view to_string(Quality quality);

/// Energy as whole milliwatt-hours: a float counter loses a Wh above 16 MWh and drifts when summed.
struct MilliwattHours {
  std::int64_t value = 0;
  auto operator<=>(const MilliwattHours&) const = default;
};

/// monostate: no value (quality invalid). double: in the base unit of the signal's quantity. string: a status word.
using ReadingValue = std::variant<std::monostate, double, MilliwattHours, std::string>;

struct Reading {
  std::string device;  ///< "meter/feeder-a", "charger/CP-07"
  SignalId signal{};
  ReadingValue value;
  Quality quality = Quality::good;
  WallTime observed;        ///< by the device's word where it gives one, else equal to `received`
  WallTime received;        ///< by our clock
  std::string_view source;  ///< "modbus", "mqtt", "ocpp"; static storage

  bool operator==(const Reading&) const = default;
};

/// Converts `written` in `unit` into the value kept for `signal`; invalid quality and no value for NaN or infinity.
/// The unit's quantity must be the signal's (checked at load).
[[nodiscard]] ReadingValue to_reading_value(const Signal& signal, const Unit& unit, double written);

}  // namespace chargehook::model
