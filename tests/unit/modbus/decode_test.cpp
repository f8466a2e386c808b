#include "modbus/decode.hpp"

#include <doctest/doctest.h>

#include <limits>

#include "meters.hpp"

namespace chargehook::modbus {
namespace {

Point decoded(const Register& wanted, const Words& words, ByteOrder order = ByteOrder::abcd) {
  DeviceProfile profile;
  profile.order = order;
  profile.registers = {wanted};
  const Block block{wanted.at, static_cast<std::uint16_t>(words.size()), {0}};
  return decode_registers(profile, block, words).value().at(0);
}

double volts(const Words& words, ByteOrder order = ByteOrder::abcd) {
  return std::get<double>(decoded(reg(0, "meter.voltage_l1", "V"), words, order).value);
}

TEST_CASE("the example of the vendor's protocol reads 230.2 V") {
  CHECK(volts({0x4366, 0x3333}) == doctest::Approx(230.2).epsilon(1e-7));
}

TEST_CASE("a float is read in each of the four orders") {
  CHECK(volts({0x3333, 0x4366}, ByteOrder::cdab) == doctest::Approx(230.2));
  CHECK(volts({0x6643, 0x3333}, ByteOrder::badc) == doctest::Approx(230.2));
  CHECK(volts({0x3333, 0x6643}, ByteOrder::dcba) == doctest::Approx(230.2));
}

struct Whole {
  const char* what;
  WordType type;
  Words words;
  std::optional<double> number;
};

TEST_CASE("integers have their sign, and the ends of their range are no numbers") {
  const std::vector<Whole> table{
      {"int16", WordType::int16, {0xFFFE}, -2},
      {"smallest int16", WordType::int16, {0x8000}, std::nullopt},
      {"largest int16", WordType::int16, {0x7FFF}, std::nullopt},
      {"uint16", WordType::uint16, {0xFFFE}, 65534},
      {"largest uint16", WordType::uint16, {0xFFFF}, std::nullopt},
      {"int32", WordType::int32, {0xFFFF, 0xFFFE}, -2},
      {"overflow of an EM24", WordType::int32, {0x7FFF, 0xFFFF}, std::nullopt},
      {"smallest int32", WordType::int32, {0x8000, 0}, std::nullopt},
      {"uint32", WordType::uint32, {0x0001, 0x0000}, 65536},
      {"largest uint32", WordType::uint32, {0xFFFF, 0xFFFF}, std::nullopt},
      {"int64", WordType::int64, {0xFFFF, 0xFFFF, 0xFFFF, 0xFFFE}, -2},
      {"smallest int64", WordType::int64, {0x8000, 0, 0, 0}, std::nullopt},
      {"uint64", WordType::uint64, {0, 0, 1, 0}, 65536},
      {"largest uint64", WordType::uint64, {0xFFFF, 0xFFFF, 0xFFFF, 0xFFFF}, std::nullopt},
      {"float64", WordType::float64, {0x406C, 0xC666, 0x6666, 0x6666}, 230.2},
      {"zero is a number", WordType::int32, {0, 0}, 0},
      {"float zero is a number", WordType::float32, {0, 0}, 0},
      {"NaN", WordType::float32, {0x7FC0, 0}, std::nullopt},
      {"NaN of a Schneider", WordType::float32, {0xFFC0, 0}, std::nullopt},
      {"infinity", WordType::float32, {0x7F80, 0}, std::nullopt},
      {"largest float", WordType::float32, {0x7F7F, 0xFFFF}, std::nullopt},
  };
  for (const Whole& row : table) {
    CAPTURE(row.what);
    CHECK(number_of(row.type, ByteOrder::abcd, row.words) == row.number);
  }
}

TEST_CASE("a value that is not available is no zero") {
  const Point point = decoded(reg(0, "meter.voltage_l1", "V"), {0x7FC0, 0});
  CHECK(point.fault == Fault::not_available);
  CHECK(std::holds_alternative<std::monostate>(point.value));
}

TEST_CASE("unit and scale bring a value into the base unit, energy into whole milliwatt-hours") {
  CHECK(std::get<double>(decoded(reg(0, "meter.power", "kW"), float_words(87.5F)).value) == 87'500);
  CHECK(std::get<double>(decoded(reg(0, "meter.power", "W", WordType::int32, 0.1), {0xFFFF, 0xFF9C}).value) == -10);
  CHECK(std::get<model::MilliwattHours>(decoded(reg(0, "meter.energy_import", "kWh"), float_words(1234.5F)).value) ==
        model::MilliwattHours{1'234'500'000});
  const Register counter = reg(0, "meter.energy_import", "Wh", WordType::int64);
  CHECK(std::get<model::MilliwattHours>(decoded(counter, {0, 1, 0, 1}).value) ==
        model::MilliwattHours{4'294'967'297'000});
}

TEST_CASE("a value that does not fit its base unit is none") {
  const Register counter = reg(0, "meter.energy_import", "MWh", WordType::uint64);
  CHECK(decoded(counter, {0xFFFF, 0, 0, 0}).fault == Fault::not_available);
  const Register power = reg(0, "meter.power", "kW", WordType::float64);
  CHECK(decoded(power, {0x7FE0, 0, 0, 0}).fault == Fault::not_available);  // finite in kW, not in W
}

TEST_CASE("a value that no working meter shows is implausible and gives no number") {
  DeviceProfile profile = sdm630();
  const Block block{0, 2, {0}};
  const auto point = [&](float value) { return decode_registers(profile, block, float_words(value)).value().at(0); };
  CHECK(point(179.9F).fault == Fault::implausible);
  CHECK(std::holds_alternative<std::monostate>(point(23020).value));
  CHECK(point(180).fault == Fault::none);
  CHECK(point(280).fault == Fault::none);
}

TEST_CASE("a short reply is an error, not a zero") {
  const auto result = decode_registers(sdm630(), Block{0, 4, {0, 1}}, float_words(230));
  REQUIRE(result.has_error());
  CHECK(result.error().code == "short_reply");
  CHECK(result.error().message == "4 registers were asked for, 2 came");
}

TEST_CASE("a profile is refused by its own samples if one does not read as it says") {
  DeviceProfile profile = sdm630();
  profile.golden = {{0, {0x4366, 0x3333}, signal_of("meter.voltage_l1"), 230.2},
                    {72, float_words(1234.5F), signal_of("meter.energy_import"), model::MilliwattHours{1'234'500'000}}};
  CHECK(failed_golden_sample(profile) == std::nullopt);
  profile.order = ByteOrder::cdab;
  CHECK(failed_golden_sample(profile) == "the sample at register 0 does not read as it says for meter.voltage_l1");
  profile.order = ByteOrder::abcd;
  profile.golden = {{70, float_words(50), signal_of("meter.energy_import"), model::MilliwattHours{50}}};
  CHECK(failed_golden_sample(profile).has_value());  // the sample does not hold what it speaks of
}

}  // namespace
}  // namespace chargehook::modbus
