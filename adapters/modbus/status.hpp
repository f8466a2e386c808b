/// What is known of a line and its devices at one moment. Plain values, for status, metrics and log lines.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "modbus/reply.hpp"
#include "model/clock.hpp"

namespace chargehook::modbus {

/// Counters since the line was started.
struct DeviceStatus {
  std::string name;
  std::uint8_t address = 0;
  std::string serial;                                    ///< as the meter told it; empty if not known
  std::uint64_t polls = 0;                               ///< begun
  std::uint64_t good_polls = 0;                          ///< all of its requests were answered
  std::array<std::uint64_t, poll_error_count> errors{};  ///< by PollError
  std::uint64_t not_available = 0;                       ///< values that the meter marked so
  std::uint64_t implausible = 0;                         ///< values outside the profile's ranges
  int failures_in_a_row = 0;
  std::string last_error;
  std::optional<model::WallTime> last_good;

  bool operator==(const DeviceStatus&) const = default;
};

struct LineStatus {
  std::string name;
  bool is_open = false;
  std::uint64_t opened = 0;       ///< times
  std::uint64_t open_failed = 0;  ///< times
  std::uint64_t noisy = 0;        ///< times the line did not become silent after an error
  std::string last_error;
  std::vector<DeviceStatus> devices;

  bool operator==(const LineStatus&) const = default;
};

/// Said once when it begins and once when it ends.
struct StateChange {
  std::string device;    ///< empty: the line itself
  bool is_good = false;  ///< it works again
  std::string text;      ///< a sentence for the log

  bool operator==(const StateChange&) const = default;
};

}  // namespace chargehook::modbus
