#include "modbus/read_plan.hpp"

#include <algorithm>
#include <numeric>

#include "model/result.hpp"

namespace chargehook::modbus {
namespace {

constexpr int address_space = 0x10000;

/// Words [begin, end) of the address space.
struct Span {
  int begin = 0;
  int end = 0;
};

/// The words a request must cover to hold [begin, end), by what the meter accepts.
Span widened(const DeviceProfile& profile, Span span) {
  if (!profile.only_even) return span;
  return {span.begin - span.begin % 2, span.end + span.end % 2};
}

Span span_of(const Register& reg) { return {reg.at, reg.at + words_of(reg.type)}; }

bool is_allowed(const DeviceProfile& profile, Span span) {
  return span.end <= address_space && span.end - span.begin <= profile.max_registers;
}

Block block_of(Span span, std::vector<std::size_t> registers) {
  return {static_cast<std::uint16_t>(span.begin), static_cast<std::uint16_t>(span.end - span.begin),
          std::move(registers)};
}

}  // namespace

bool fits_a_request(const DeviceProfile& profile, const Register& reg) {
  return is_allowed(profile, widened(profile, span_of(reg)));
}

std::vector<Block> make_read_plan(const DeviceProfile& profile) {
  std::vector<std::size_t> by_address(profile.registers.size());
  std::iota(by_address.begin(), by_address.end(), std::size_t{0});
  std::ranges::stable_sort(by_address, {}, [&](std::size_t i) { return profile.registers[i].at; });

  std::vector<Block> plan;
  Span covered;
  for (const std::size_t i : by_address) {
    const Register& reg = profile.registers[i];
    CHARGEHOOK_ASSERT(fits_a_request(profile, reg));
    const Span own = widened(profile, span_of(reg));
    const Span both{covered.begin, std::max(covered.end, own.end)};
    if (!plan.empty() && is_allowed(profile, both)) {
      covered = both;
      plan.back() = block_of(covered, std::move(plan.back().registers));
    } else {
      covered = own;
      plan.push_back(block_of(covered, {}));
    }
    plan.back().registers.push_back(i);
  }
  return plan;
}

}  // namespace chargehook::modbus
