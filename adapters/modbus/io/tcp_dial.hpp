/// Opens a TCP connection with a deadline.
#pragma once

#include <chrono>

#include "modbus/io/stop_signal.hpp"
#include "modbus/modbus_config.hpp"
#include "model/result.hpp"

namespace chargehook::modbus::io {

/// Tries the addresses of a host one after the other. Blocks for `timeout`, and for the look-up of a name, which has
/// no time limit of its own: addresses are better in a depot.
/// @return a connected socket that blocks, without delay and with keep-alive; the caller closes it
[[nodiscard]] model::Result<int> dial_tcp(const TcpAddress& address, std::chrono::milliseconds timeout,
                                          const StopSignal& stop);

}  // namespace chargehook::modbus::io
