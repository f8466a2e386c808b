/// The meter's side of Modbus, over TCP or on a serial line. One thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "meter/command.hpp"
#include "meter/register_map.hpp"

namespace chargehook::simulators {

class ModbusServer {
 public:
  /// @param address "127.0.0.1:0"
  static std::unique_ptr<ModbusServer> on_tcp(const std::string& address, int unit);
  /// @param port a serial port, or `pty` for a new one
  static std::unique_ptr<ModbusServer> on_serial(const std::string& port, int unit);
  ~ModbusServer();

  /// The TCP port, or the path to open.
  [[nodiscard]] const std::string& where() const { return where_; }

  /// Answers what comes within the time; also returns when `other` (a descriptor, -1 for none) can be read.
  /// @return whether it can
  bool serve(std::chrono::milliseconds time, int other, Manner manner, RegisterMap& registers);

  [[nodiscard]] std::uint64_t requests() const { return requests_; }

 private:
  struct Context;
  ModbusServer() = default;
  void accept_client();
  bool answer(int descriptor, Manner manner, RegisterMap& registers);

  std::unique_ptr<Context> context_;
  std::string where_;
  int unit_ = 1;
  bool is_serial_ = false;
  int listener_ = -1;
  int kept_open_ = -1;        ///< our copy of the far end of a pty
  std::vector<int> clients_;  ///< connections, or the one port
  std::uint64_t requests_ = 0;
};

}  // namespace chargehook::simulators
