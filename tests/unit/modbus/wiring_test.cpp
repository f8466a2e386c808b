#include "modbus/wiring.hpp"

#include <doctest/doctest.h>

#include "meters.hpp"

namespace chargehook::modbus {
namespace {

std::vector<Point> poll() {
  return {{signal_of("meter.power_l1"), 1000.0, Fault::none},
          {signal_of("meter.power_l2"), -2000.0, Fault::none},
          {signal_of("meter.power_l3"), 3000.0, Fault::none},
          {signal_of("meter.power"), 2000.0, Fault::none},
          {signal_of("meter.current_l1"), 4.5, Fault::none},
          {signal_of("meter.voltage_l1"), 230.0, Fault::none},
          {signal_of("meter.power_factor"), 0.9, Fault::none},
          {signal_of("meter.energy_import"), model::MilliwattHours{100}, Fault::none},
          {signal_of("meter.energy_export"), model::MilliwattHours{7}, Fault::none}};
}

const Point& at(const std::vector<Point>& points, const char* signal) {
  return *std::ranges::find(points, signal_of(signal), &Point::signal);
}

TEST_CASE("normal wiring and a ratio of one change nothing") {
  auto points = poll();
  apply_wiring({}, points);
  apply_ct_ratio(1, points);
  CHECK(points == poll());
}

TEST_CASE("a transformer the meter does not know multiplies current, power and energy, and nothing else") {
  auto points = poll();
  apply_ct_ratio(80, points);
  CHECK(std::get<double>(at(points, "meter.power").value) == 160'000);
  CHECK(std::get<double>(at(points, "meter.current_l1").value) == 360);
  CHECK(std::get<model::MilliwattHours>(at(points, "meter.energy_import").value).value == 8000);
  CHECK(std::get<double>(at(points, "meter.voltage_l1").value) == 230);
  CHECK(std::get<double>(at(points, "meter.power_factor").value) == 0.9);
}

TEST_CASE("an energy that a ratio makes too large has no value") {
  std::vector<Point> points{{signal_of("meter.energy_import"), model::MilliwattHours{INT64_MAX / 2}, Fault::none}};
  apply_ct_ratio(80, points);
  CHECK(points[0].fault == Fault::implausible);
}

TEST_CASE("all phases reversed: powers change sign, import and export change places") {
  auto points = poll();
  apply_wiring({{true, true, true}}, points);
  CHECK(std::get<double>(at(points, "meter.power").value) == -2000);
  CHECK(std::get<double>(at(points, "meter.power_l2").value) == 2000);
  CHECK(std::get<double>(at(points, "meter.power_factor").value) == -0.9);
  CHECK(std::get<double>(at(points, "meter.current_l1").value) == 4.5);
  CHECK(std::get<model::MilliwattHours>(at(points, "meter.energy_import").value).value == 7);
  CHECK(std::get<model::MilliwattHours>(at(points, "meter.energy_export").value).value == 100);
}

TEST_CASE("one phase reversed: the total is summed anew, and what the meter summed wrongly is given up") {
  auto points = poll();
  apply_wiring({{false, true, false}}, points);
  CHECK(std::get<double>(at(points, "meter.power_l2").value) == 2000);
  CHECK(std::get<double>(at(points, "meter.power").value) == 6000);
  CHECK(at(points, "meter.energy_import").fault == Fault::miswired);
  CHECK(std::holds_alternative<std::monostate>(at(points, "meter.energy_export").value));
  points = poll();
  points.erase(points.begin());
  apply_wiring({{false, true, false}}, points);
  CHECK(at(points, "meter.power").fault == Fault::miswired);
}

}  // namespace
}  // namespace chargehook::modbus
