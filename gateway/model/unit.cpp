#include "model/unit.hpp"

#include <algorithm>
#include <array>

namespace chargehook::model {

namespace {

using enum Quantity;

constexpr double kib = 1024.0;

constexpr std::array unit_table{
    Unit{"W", power, 1, 0},
    Unit{"kW", power, 1e3, 0},
    Unit{"MW", power, 1e6, 0},
    Unit{"VA", apparent_power, 1, 0},
    Unit{"kVA", apparent_power, 1e3, 0},
    Unit{"MVA", apparent_power, 1e6, 0},
    Unit{"var", reactive_power, 1, 0},
    Unit{"kvar", reactive_power, 1e3, 0},
    Unit{"mWh", energy, 1, 0},
    Unit{"Wh", energy, 1e3, 0},
    Unit{"kWh", energy, 1e6, 0},
    Unit{"MWh", energy, 1e9, 0},
    Unit{"A", current, 1, 0},
    Unit{"mA", current, 1e-3, 0},
    Unit{"kA", current, 1e3, 0},
    Unit{"V", voltage, 1, 0},
    Unit{"mV", voltage, 1e-3, 0},
    Unit{"kV", voltage, 1e3, 0},
    Unit{"Hz", frequency, 1, 0},
    Unit{"mHz", frequency, 1e-3, 0},
    Unit{"degC", temperature, 1, 0},
    Unit{"°C", temperature, 1, 0},
    Unit{"C", temperature, 1, 0},
    Unit{"degF", temperature, 5.0 / 9.0, -160.0 / 9.0},
    Unit{"K", temperature_difference, 1, 0},
    Unit{"ohm", resistance, 1, 0},
    Unit{"kohm", resistance, 1e3, 0},
    Unit{"Mohm", resistance, 1e6, 0},
    Unit{"s", duration, 1, 0},
    Unit{"ms", duration, 1e-3, 0},
    Unit{"min", duration, 60, 0},
    Unit{"h", duration, 3600, 0},
    Unit{"d", duration, 86400, 0},
    Unit{"1", ratio, 1, 0},
    Unit{"%", ratio, 1e-2, 0},
    Unit{"byte", data_size, 1, 0},
    Unit{"B", data_size, 1, 0},
    Unit{"kB", data_size, 1e3, 0},
    Unit{"MB", data_size, 1e6, 0},
    Unit{"GB", data_size, 1e9, 0},
    Unit{"KiB", data_size, kib, 0},
    Unit{"MiB", data_size, kib* kib, 0},
    Unit{"GiB", data_size, kib* kib* kib, 0},
};

}  // namespace

std::string_view to_string(Quantity quantity) {
  switch (quantity) {
    case none:
      return "nothing measured";
    case power:
      return "power";
    case apparent_power:
      return "apparent power";
    case reactive_power:
      return "reactive power";
    case energy:
      return "energy";
    case current:
      return "current";
    case voltage:
      return "voltage";
    case frequency:
      return "frequency";
    case temperature:
      return "temperature";
    case temperature_difference:
      return "temperature difference";
    case resistance:
      return "resistance";
    case duration:
      return "time";
    case ratio:
      return "ratio";
    case count:
      return "number";
    case data_size:
      return "size";
    case status:
      return "status";
  }
  return "nothing measured";
}

std::span<const Unit> units() { return unit_table; }

const Unit* find_unit(std::string_view symbol) {
  const auto found = std::ranges::find(unit_table, symbol, &Unit::symbol);
  return found == unit_table.end() ? nullptr : &*found;
}

std::string_view base_symbol(Quantity quantity) {
  if (quantity == energy) return "Wh";
  if (quantity == ratio) return "%";
  const auto found = std::ranges::find(unit_table, quantity, &Unit::quantity);
  return found == unit_table.end() ? std::string_view{} : found->symbol;
}

}  // namespace chargehook::model
