/// Groups the registers of a profile into as few requests as the meter allows. Pure; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "modbus/device_profile.hpp"

namespace chargehook::modbus {

/// One request, and which values its reply holds.
struct Block {
  std::uint16_t first = 0;
  std::uint16_t count = 0;             ///< words
  std::vector<std::size_t> registers;  ///< positions in DeviceProfile::registers

  bool operator==(const Block&) const = default;
};

/// Whether one request can hold the register at all: it ends within the address space and within `max_registers`.
[[nodiscard]] bool fits_a_request(const DeviceProfile& profile, const Register& reg);

/// In the order of addresses. A value is never split over two requests; words nobody wants are read through.
/// Every register of the profile must fit a request.
[[nodiscard]] std::vector<Block> make_read_plan(const DeviceProfile& profile);

}  // namespace chargehook::modbus
