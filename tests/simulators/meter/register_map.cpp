#include "meter/register_map.hpp"

#include <modbus.h>

#include <array>
#include <bit>

#include "common/line_log.hpp"

namespace chargehook::simulators {
namespace {

struct Place {
  int at;
  std::string_view signal;
  double unit;  ///< of the register, in the unit of Electrics
};

constexpr std::array places{
    Place{0, "meter.voltage_l1", 1},       Place{2, "meter.voltage_l2", 1},      Place{4, "meter.voltage_l3", 1},
    Place{6, "meter.current_l1", 1},       Place{8, "meter.current_l2", 1},      Place{10, "meter.current_l3", 1},
    Place{12, "meter.power_l1", 1},        Place{14, "meter.power_l2", 1},       Place{16, "meter.power_l3", 1},
    Place{52, "meter.power", 1},           Place{56, "meter.apparent_power", 1}, Place{60, "meter.reactive_power", 1},
    Place{62, "meter.power_factor", 1},    Place{70, "meter.frequency", 1},      Place{72, "meter.energy_import", 1000},
    Place{74, "meter.energy_export", 1000}};

constexpr unsigned serial_number_at = 0xFC00;
constexpr unsigned input_registers = 400;

/// The most significant word first; what the library calls abcd depends on its version.
void put(std::uint16_t* words, std::uint32_t bits) {
  words[0] = static_cast<std::uint16_t>(bits >> 16U);
  words[1] = static_cast<std::uint16_t>(bits);
}

}  // namespace

void RegisterMap::Free::operator()(_modbus_mapping_t* mapping) const { modbus_mapping_free(mapping); }

RegisterMap::RegisterMap(std::uint32_t serial_number)
    : mapping_(modbus_mapping_new_start_address(0, 0, 0, 0, serial_number_at, 2, 0, input_registers)) {
  if (!mapping_) give_up("no memory for registers");
  put(mapping_->tab_registers, serial_number);
}

void RegisterMap::write(const Electrics& electrics) {
  for (const Place& place : places) {
    const auto value = static_cast<float>(electrics.get(place.signal) / place.unit);
    put(mapping_->tab_input_registers + place.at, std::bit_cast<std::uint32_t>(value));
  }
}

}  // namespace chargehook::simulators
