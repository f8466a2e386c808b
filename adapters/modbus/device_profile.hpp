/// What is known of one make of meter: which registers hold what, and what may be asked of it. Plain values, read from
/// a profile file by config/; the registers are sorted by address.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/reading.hpp"
#include "model/signal.hpp"
#include "model/unit.hpp"

namespace chargehook::modbus {

/// Words that a request may ask for at most. Source: Modbus Application Protocol V1.1b3 §6.3, §6.4.
inline constexpr int registers_max = 125;

enum class WordType : std::uint8_t { int16, uint16, int32, uint32, int64, uint64, float32, float64 };
[[nodiscard]] constexpr int words_of(WordType type) {
  switch (type) {
    case WordType::int16:
    case WordType::uint16:
      return 1;
    case WordType::int32:
    case WordType::uint32:
    case WordType::float32:
      return 2;
    case WordType::int64:
    case WordType::uint64:
    case WordType::float64:
      return 4;
  }
  return 1;
}

/// Order of bytes on the wire, A the most significant of a 32-bit value. CDAB: the least significant word comes first.
enum class ByteOrder : std::uint8_t { abcd, cdab, badc, dcba };

/// One value of the meter.
struct Register {
  std::uint16_t at = 0;  ///< as on the wire, counted from 0
  model::SignalId signal{};
  const model::Unit* unit = nullptr;  ///< of the value after `scale`; its quantity is the signal's
  WordType type = WordType::float32;
  double scale = 1;

  bool operator==(const Register&) const = default;
};

/// Where the meter keeps its serial number.
struct Identify {
  std::uint8_t function = 3;
  std::uint16_t at = 0;
  WordType type = WordType::uint32;  ///< an unsigned type

  bool operator==(const Identify&) const = default;
};

/// What a value of a working meter lies between, both allowed, as the meter shows it, in the signal's base unit.
struct PlausibleRange {
  model::SignalId signal{};
  double min = 0;
  double max = 0;

  bool operator==(const PlausibleRange&) const = default;
};

/// A reply and what it says: the profile's own test, run whenever it is loaded.
struct GoldenSample {
  std::uint16_t first = 0;
  std::vector<std::uint16_t> words;
  model::SignalId signal{};
  model::ReadingValue reads;

  bool operator==(const GoldenSample&) const = default;
};

struct DeviceProfile {
  std::string name;  ///< "eastron-sdm630"
  std::string maker;
  std::uint8_t function = 3;  ///< 3 holding registers, 4 input registers
  ByteOrder order = ByteOrder::abcd;
  int max_registers = registers_max;  ///< of one request
  bool only_even = false;             ///< only requests for an even number of words from an even address
  std::vector<Register> registers;
  std::optional<Identify> identify;
  std::vector<PlausibleRange> plausible;
  std::vector<GoldenSample> golden;

  bool operator==(const DeviceProfile&) const = default;
};

}  // namespace chargehook::modbus
