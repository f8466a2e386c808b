/// Units of measurement: what a quantity is counted in, and how a written unit becomes the one we keep.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace chargehook::model {

/// What is measured. Active, apparent and reactive power are told apart although SI does not.
enum class Quantity : std::uint8_t {
  none,
  power,
  apparent_power,
  reactive_power,
  energy,
  current,
  voltage,
  frequency,
  temperature,
  temperature_difference,
  resistance,
  duration,
  ratio,
  count,
  data_size,
  status,
};
[[nodiscard]] std::string_view to_string(Quantity quantity);

/// A unit as people write it: value in the base unit = written value × factor + offset.
/// Base units: W VA var mWh A V Hz degC K ohm s (ratio: 1) (count: 1) byte.
struct Unit {
  std::string_view symbol;
  Quantity quantity;
  double factor;
  double offset;
};

/// All units, first of each quantity its base unit.
[[nodiscard]] std::span<const Unit> units();

/// Finds "kW", "°C", "min"; nullptr if unknown. Case counts: mW is not MW.
[[nodiscard]] const Unit* find_unit(std::string_view symbol);

/// The symbol a value of this quantity is shown with ("Wh" for energy although mWh are kept).
[[nodiscard]] std::string_view base_symbol(Quantity quantity);

}  // namespace chargehook::model
