#include "modbus/read_plan.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>

#include "meters.hpp"

namespace chargehook::modbus {
namespace {

TEST_CASE("an SDM630 is read with two requests of at most 60 registers") {
  const auto plan = make_read_plan(sdm630());
  REQUIRE(plan.size() == 2);
  CHECK(plan[0].first == 0);
  CHECK(plan[0].count == 54);
  CHECK(plan[1].first == 70);
  CHECK(plan[1].count == 6);
}

TEST_CASE("a meter that takes even requests only is asked for the words around odd ones") {
  DeviceProfile profile;
  profile.only_even = true;
  profile.registers = {reg(3, "meter.frequency", "Hz", WordType::uint16)};
  CHECK(make_read_plan(profile) == std::vector{Block{2, 2, {0}}});
}

TEST_CASE("the last register of the address space is read without running over its end") {
  DeviceProfile profile;
  profile.registers = {reg(0xFFFF, "meter.frequency", "Hz", WordType::uint16), reg(0xFFFE, "meter.power", "W")};
  CHECK(fits_a_request(profile, profile.registers[0]));
  CHECK(make_read_plan(profile) == std::vector{Block{0xFFFE, 2, {1, 0}}});
  profile.registers = {reg(0xFFFF, "meter.power", "W")};
  CHECK_FALSE(fits_a_request(profile, profile.registers[0]));
}

TEST_CASE("whatever the registers, no value is split, none is left out, and no request is too large") {
  std::mt19937 random{20261124};
  for (int round = 0; round < 2000; ++round) {
    DeviceProfile profile;
    profile.max_registers = 4 + 2 * static_cast<int>(random() % 60);
    profile.only_even = random() % 2 == 0;
    const auto range = 20 + random() % 400;
    for (std::size_t i = 0; i < 1 + random() % 30; ++i) {
      const auto type = static_cast<WordType>(random() % 8);
      const Register one = reg(static_cast<std::uint16_t>(random() % range), "meter.power", "W", type);
      if (fits_a_request(profile, one)) profile.registers.push_back(one);
    }
    std::vector<int> seen(profile.registers.size(), 0);
    int end = 0;
    for (const Block& block : make_read_plan(profile)) {
      CHECK(block.count <= profile.max_registers);
      CHECK((!profile.only_even || (block.first % 2 == 0 && block.count % 2 == 0)));
      CHECK(block.first + block.count > end);
      end = block.first + block.count;
      for (const std::size_t i : block.registers) {
        ++seen[i];
        CHECK(profile.registers[i].at >= block.first);
        CHECK(profile.registers[i].at + words_of(profile.registers[i].type) <= end);
      }
    }
    CHECK(std::ranges::all_of(seen, [](int times) { return times == 1; }));
  }
}

}  // namespace
}  // namespace chargehook::modbus
