/// Fields whose bytes can say more than their type: read, and told when they are out of range. Pure; any thread.
#pragma once

#include <cstdint>

#include "journal/format/bytes.hpp"
#include "model/clock.hpp"

namespace chargehook::journal {

/// Reads one byte as an enumeration that begins at 0. False, and `out` unchanged, above `last`.
template <class Enum>
[[nodiscard]] bool read_enum(ByteReader& in, Enum last, Enum& out) {
  const std::uint8_t number = in.u8();
  if (number > static_cast<std::uint8_t>(last)) return false;
  out = static_cast<Enum>(number);
  return true;
}

/// Reads one byte that is 0 or 1; false for others.
[[nodiscard]] inline bool read_flag(ByteReader& in, bool& out) {
  const std::uint8_t number = in.u8();
  out = number == 1;
  return number <= 1;
}

[[nodiscard]] inline model::WallTime wall_time(std::int64_t nanoseconds) {
  return model::WallTime{model::Nanoseconds{nanoseconds}};
}

[[nodiscard]] inline model::BootTime boot_time(std::int64_t nanoseconds) {
  return model::BootTime{model::Nanoseconds{nanoseconds}};
}

}  // namespace chargehook::journal
