// Profiles, frames and a meter that answers, for the tests of this folder.
#pragma once

#include <bit>
#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "modbus/line.hpp"
#include "modbus/modbus_config.hpp"
#include "modbus/reply.hpp"

namespace chargehook::modbus {

inline model::SignalId signal_of(const char* name) { return model::find_signal(name).value(); }

inline Register reg(std::uint16_t at, const char* signal, const char* unit, WordType type = WordType::float32,
                    double scale = 1) {
  return {at, signal_of(signal), model::find_unit(unit), type, scale};
}

/// The registers of an SDM630 as the vendor's protocol V1.7 has them.
inline DeviceProfile sdm630() {
  DeviceProfile out;
  out.name = "eastron-sdm630";
  out.function = 4;
  out.max_registers = 60;
  out.only_even = true;
  out.registers = {
      reg(0, "meter.voltage_l1", "V"),      reg(2, "meter.voltage_l2", "V"),  reg(4, "meter.voltage_l3", "V"),
      reg(6, "meter.current_l1", "A"),      reg(8, "meter.current_l2", "A"),  reg(10, "meter.current_l3", "A"),
      reg(12, "meter.power_l1", "W"),       reg(14, "meter.power_l2", "W"),   reg(16, "meter.power_l3", "W"),
      reg(52, "meter.power", "W"),          reg(70, "meter.frequency", "Hz"), reg(72, "meter.energy_import", "kWh"),
      reg(74, "meter.energy_export", "kWh")};
  out.plausible = {{signal_of("meter.voltage_l1"), 180, 280}, {signal_of("meter.frequency"), 45, 65}};
  return out;
}

using Words = std::vector<std::uint16_t>;

/// The words of a value, most significant first.
inline Words float_words(float value) {
  const auto bits = std::bit_cast<std::uint32_t>(value);
  return {static_cast<std::uint16_t>(bits >> 16U), static_cast<std::uint16_t>(bits)};
}

using Bytes = std::vector<std::uint8_t>;

inline void append_word(Bytes& out, std::size_t word) {
  out.push_back(static_cast<std::uint8_t>(word >> 8U));
  out.push_back(static_cast<std::uint8_t>(word));
}

/// Unit and PDU in the framing of a line.
inline Bytes framed(Framing framing, const Bytes& body) {
  Bytes out;
  if (framing == Framing::tcp) {
    for (const std::size_t word : {std::size_t{0}, std::size_t{0}, body.size()}) append_word(out, word);
    out.insert(out.end(), body.begin(), body.end());
    return out;
  }
  out = body;
  const std::uint16_t crc = checksum(body);
  out.push_back(static_cast<std::uint8_t>(crc));
  out.push_back(static_cast<std::uint8_t>(crc >> 8U));
  return out;
}

inline Bytes answer(Framing framing, const ReadRequest& request, const Words& words) {
  Bytes body{request.unit, request.function, static_cast<std::uint8_t>(words.size() * 2)};
  for (const std::uint16_t word : words) append_word(body, word);
  return framed(framing, body);
}

inline Bytes exception(Framing framing, const ReadRequest& request, std::uint8_t code) {
  return framed(framing, {request.unit, static_cast<std::uint8_t>(request.function | 0x80U), code});
}

/// What a healthy SDM630 answers: 230.2 V, 10 A, 2302 W a phase, 50 Hz, 1234.5 kWh, 1 kWh.
inline Words healthy_words(const ReadRequest& request) {
  Words all(128, 0);
  const auto put = [&](std::size_t at, float value) {
    const Words words = float_words(value);
    all[at] = words[0];
    all[at + 1] = words[1];
  };
  for (std::size_t phase = 0; phase < 3; ++phase) {
    put(2 * phase, 230.2F);
    put(6 + 2 * phase, 10);
    put(12 + 2 * phase, 2302);
  }
  put(52, 6906);
  put(70, 50);
  put(72, 1234.5F);
  put(74, 1);
  if (request.first >= 0xFC00) return {0x0012, 0xD687};  // serial 1234567
  const auto first = all.begin() + request.first;
  return {first, first + request.count};
}

inline DeviceConfig meter(const std::string& name, std::uint8_t address, std::chrono::milliseconds interval,
                          DeviceProfile profile = sdm630()) {
  DeviceConfig out;
  out.name = name;
  out.profile = std::make_shared<const DeviceProfile>(std::move(profile));
  out.address = address;
  out.interval = interval;
  return out;
}

}  // namespace chargehook::modbus
