/// Puts right what the mounting of a meter changes: current transformers the wrong way round, ratios the meter does
/// not know. Pure; any thread.
#pragma once

#include <vector>

#include "modbus/decode.hpp"
#include "modbus/modbus_config.hpp"

namespace chargehook::modbus {

/// Multiplies what is measured through a current transformer: currents, powers, energies.
void apply_ct_ratio(double ratio, std::vector<Point>& points);

/// With all phases reversed, powers change sign and the two energies change places. With some of them reversed, the
/// total power is the sum of the corrected phases, and sums the meter made itself (energy, reactive power, power
/// factor) are miswired: no value. Currents are magnitudes and stay.
/// @param points of one whole poll
void apply_wiring(const Wiring& wiring, std::vector<Point>& points);

}  // namespace chargehook::modbus
