/// Turns the words of one reply into values. Pure; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "modbus/device_profile.hpp"
#include "modbus/read_plan.hpp"
#include "model/reading.hpp"
#include "model/result.hpp"

namespace chargehook::modbus {

/// Why a value is not one. A value with a fault is never given on as a number.
enum class Fault : std::uint8_t {
  none,
  not_available,  ///< the meter's own pattern for it: NaN, infinity, the ends of the range of a type
  implausible,    ///< outside what the profile says a working meter shows
  refused,        ///< the meter does not give this register
  miswired,       ///< a sum the meter made with the wrong sign, and it cannot be put right
};

/// One value, in the base unit of its signal; no value if it has a fault.
struct Point {
  model::SignalId signal{};
  model::ReadingValue value;
  Fault fault = Fault::none;

  bool operator==(const Point&) const = default;
};

/// The number in `words`, nothing for "not available". `words` has words_of(type) words in host order.
/// Unavailable are NaN and infinities, the largest float, the smallest and largest signed and the largest unsigned
/// integer. Source: SunSpec "not implemented" values; Carlo Gavazzi EM24 overflow marker; ABB B23 "not available".
[[nodiscard]] std::optional<double> number_of(WordType type, ByteOrder order, std::span<const std::uint16_t> words);

/// @param words exactly `block.count` words of the reply; error "short_reply" else
/// @return one point per register of the block, as the meter shows it.
[[nodiscard]] model::Result<std::vector<Point>> decode_registers(const DeviceProfile& profile, const Block& block,
                                                                 std::span<const std::uint16_t> words);

/// Points of a block that the meter refuses.
[[nodiscard]] std::vector<Point> refused_points(const DeviceProfile& profile, const Block& block);

/// The serial number, in digits; empty if it is not available.
[[nodiscard]] std::string serial_number(const DeviceProfile& profile, std::span<const std::uint16_t> words);

/// Which golden sample does not read as it says, in a sentence; nothing if all do.
[[nodiscard]] std::optional<std::string> failed_golden_sample(const DeviceProfile& profile);

}  // namespace chargehook::modbus
