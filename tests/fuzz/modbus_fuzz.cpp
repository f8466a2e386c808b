/// Any bytes as the reply to any request: refused, or exactly the words asked for, and no word pattern a crash.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>

#include "modbus/decode.hpp"
#include "modbus/read_plan.hpp"
#include "modbus/reply.hpp"
#include "modbus/wiring.hpp"
#include "model/result.hpp"

using namespace chargehook;

namespace {

/// One register of each type, in turn over the first words of the reply.
modbus::DeviceProfile profile_of(modbus::ByteOrder order) {
  modbus::DeviceProfile profile;
  profile.order = order;
  std::uint16_t at = 0;
  for (int i = 0; i < 8; ++i) {
    const auto type = static_cast<modbus::WordType>(i);
    const bool is_energy = i % 2 == 1;
    profile.registers.push_back({at, *model::find_signal(is_energy ? "meter.energy_import" : "meter.power_l1"),
                                 model::find_unit(is_energy ? "kWh" : "W"), type, 1});
    at = static_cast<std::uint16_t>(at + modbus::words_of(type));
  }
  return profile;
}

void check(const std::vector<modbus::Point>& points) {
  for (const modbus::Point& point : points) {
    const auto* number = std::get_if<double>(&point.value);
    CHARGEHOOK_ASSERT(number == nullptr || std::isfinite(*number));
    CHARGEHOOK_ASSERT((point.fault == modbus::Fault::none) != std::holds_alternative<std::monostate>(point.value));
  }
}

}  // namespace

/// First byte: framing, order of bytes, wiring. Second: how many words were asked for. The rest: the frame.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const auto framing = (data[0] & 1U) != 0 ? modbus::Framing::tcp : modbus::Framing::rtu;
  const modbus::DeviceProfile profile = profile_of(static_cast<modbus::ByteOrder>(data[0] >> 1U & 3U));
  const auto count = static_cast<std::uint16_t>(1 + data[1] % modbus::registers_max);
  const modbus::ReadRequest request{2, 4, 0, count};
  const auto reply = modbus::read_reply(framing, request, std::span(data + 2, size - 2));
  if (const auto* bad = std::get_if<modbus::BadReply>(&reply)) {
    CHARGEHOOK_ASSERT(!modbus::to_string(bad->error).empty());
    return 0;
  }
  auto words = std::get<std::vector<std::uint16_t>>(reply);
  CHARGEHOOK_ASSERT(words.size() == count);
  words.resize(modbus::registers_max);
  const auto plan = modbus::make_read_plan(profile);
  words.resize(plan.at(0).count);
  auto points = modbus::decode_registers(profile, plan.at(0), words).value();
  check(points);
  modbus::apply_ct_ratio(80, points);
  modbus::apply_wiring({{(data[0] & 8U) != 0, (data[0] & 16U) != 0, (data[0] & 32U) != 0}}, points);
  check(points);
  return 0;
}
