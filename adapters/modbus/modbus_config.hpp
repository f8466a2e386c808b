/// Lines and the meters on them, as configured: plain values, checked by config/.
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "modbus/device_profile.hpp"

namespace chargehook::modbus {

struct TcpAddress {
  std::string host;  ///< name or address, IPv6 without brackets
  std::uint16_t port = 502;

  bool operator==(const TcpAddress&) const = default;
};

enum class Parity : std::uint8_t { none, even, odd };

struct SerialPort {
  std::string path;  ///< "/dev/serial/by-id/…"; "usb": the only serial adapter there is
  int baud = 9600;
  int data_bits = 8;
  Parity parity = Parity::none;
  int stop_bits = 1;

  bool operator==(const SerialPort&) const = default;
};

/// Which current transformers are mounted the wrong way round: the power of that phase has the wrong sign.
struct Wiring {
  std::array<bool, 3> reversed{};

  [[nodiscard]] bool is_normal() const { return std::ranges::count(reversed, true) == 0; }
  [[nodiscard]] bool is_all_reversed() const { return std::ranges::count(reversed, true) == 3; }
  bool operator==(const Wiring&) const = default;
};

struct DeviceConfig {
  std::string name;  ///< [a-z0-9-], unique; readings are of "meter/<name>"
  std::shared_ptr<const DeviceProfile> profile;
  std::uint8_t address = 1;  ///< unit id, as on the meter's display
  std::chrono::milliseconds interval{5000};
  Wiring wiring;
  double ct_ratio = 1;  ///< of the current transformer, where the meter does not know it: 400 A / 5 A is 80
};

/// One bus or one host: what can be asked one question at a time.
struct LineConfig {
  std::string name;  ///< [a-z0-9-], unique
  std::variant<TcpAddress, SerialPort> link;
  std::vector<DeviceConfig> devices;
  std::chrono::milliseconds timeout{1000};  ///< for the first byte of a reply, and for opening the link

  [[nodiscard]] bool is_serial() const { return std::holds_alternative<SerialPort>(link); }
};

/// Same content, also of the profiles.
[[nodiscard]] bool operator==(const DeviceConfig& a, const DeviceConfig& b);
[[nodiscard]] bool operator==(const LineConfig& a, const LineConfig& b);

}  // namespace chargehook::modbus
