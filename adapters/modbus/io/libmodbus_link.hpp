/// Carries out the commands of a line on libmodbus. Decides nothing. Only libmodbus_link.cpp knows the library.
/// Owner: LineThread; all calls from its thread.
#pragma once

#include <memory>

#include "modbus/io/reserve_descriptors.hpp"
#include "modbus/io/stop_signal.hpp"
#include "modbus/line.hpp"

namespace chargehook::modbus::io {

class LibmodbusLink {
 public:
  /// `reserved` and `stop` must outlive it.
  LibmodbusLink(const LineConfig& config, ReservedDescriptors& reserved, const StopSignal& stop);
  ~LibmodbusLink();  ///< closes

  /// For at most the time the command names; a little longer inside a frame. A raised stop ends all of them at once.
  [[nodiscard]] Happened open(const Open& command);
  [[nodiscard]] Happened close();
  [[nodiscard]] Happened ask(const Ask& command);
  [[nodiscard]] Happened drain(const Drain& command);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace chargehook::modbus::io
