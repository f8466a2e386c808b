/// What can be said to the meter, on its standard input or in a script.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "meter/electrics.hpp"

namespace chargehook::simulators {

/// How the meter behaves towards who asks.
enum class Manner { answers, silent, refuses, hangs_up };

/// What commands act upon.
struct MeterState {
  Electrics electrics;
  Manner manner = Manner::answers;
  bool quits = false;
};

/// For --help.
inline constexpr std::string_view command_help =
    "Lines on standard input, or in a script with the time since the start before each (`10 s meter.power 95 kW`):\n"
    "  meter.power 95 kW               set a value: power, power_l1, current_l1, voltage, voltage_l1, frequency,\n"
    "                                  power_factor, energy_import, energy_export\n"
    "  ramp meter.power 95 kW in 60 s  move it there\n"
    "  answer, silent, refuse, hang-up how to treat who asks\n"
    "  quit";

/// Does what a line says. Empty, or what is wrong with it. Blank lines and those that begin with # are nothing.
[[nodiscard]] std::string obey(std::string_view line, MeterState& meter);

/// A number and its unit in W, V, A, Hz, Wh, s or 1.
[[nodiscard]] std::optional<double> read_amount(std::string_view number, std::string_view unit);

/// A line of a script.
struct Timed {
  std::chrono::duration<double> at{};
  std::string command;
};

/// Sorted by time. Throws std::invalid_argument if the file cannot be read or a line has no time.
[[nodiscard]] std::vector<Timed> read_script(const std::string& path);

}  // namespace chargehook::simulators
