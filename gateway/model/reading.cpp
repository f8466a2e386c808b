#include "model/reading.hpp"

#include <cmath>

#include "model/result.hpp"

namespace chargehook::model {

std::string_view to_string(Quality quality) {
  switch (quality) {
    case Quality::good:
      return "good";
    case Quality::stale:
      return "stale";
    case Quality::frozen:
      return "frozen";
    case Quality::estimated:
      return "estimated";
    case Quality::invalid:
      return "invalid";
    case Quality::simulated:
      return "simulated";
  }
  return "invalid";
}

ReadingValue to_reading_value(const Signal& signal, const Unit& unit, double written) {
  CHARGEHOOK_ASSERT(unit.quantity == signal.quantity);
  const double value = written * unit.factor + unit.offset;
  if (!std::isfinite(value)) return std::monostate{};
  if (signal.quantity != Quantity::energy) return value;
  constexpr double largest = 9.2e18;  // what 64 bits of mWh can hold
  if (std::abs(value) > largest) return std::monostate{};
  return MilliwattHours{std::llround(value)};
}

}  // namespace chargehook::model
