/// Reads "9600 8N1".
#pragma once

#include <optional>

#include "config/reader.hpp"
#include "modbus/modbus_config.hpp"

namespace chargehook::config {

/// The settings, with an empty path; nothing, after an error (E160), if it is not of this form.
[[nodiscard]] std::optional<modbus::SerialPort> read_serial_settings(MapReader& map, const Text& written);

}  // namespace chargehook::config
