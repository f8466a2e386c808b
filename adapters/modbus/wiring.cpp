#include "modbus/wiring.hpp"

#include <array>
#include <cmath>
#include <string_view>

#include "model/result.hpp"

namespace chargehook::modbus {
namespace {

using model::SignalId;

SignalId id_of(std::string_view name) {
  const auto found = model::find_signal(name);
  CHARGEHOOK_ASSERT(found.has_value());
  return *found;
}

struct Ids {
  SignalId power = id_of("meter.power");
  std::array<SignalId, 3> phase_power{id_of("meter.power_l1"), id_of("meter.power_l2"), id_of("meter.power_l3")};
  SignalId reactive_power = id_of("meter.reactive_power");
  SignalId power_factor = id_of("meter.power_factor");
  SignalId energy_import = id_of("meter.energy_import");
  SignalId energy_export = id_of("meter.energy_export");
};

const Ids& ids() {
  static const Ids all;
  return all;
}

void negate(Point& point) {
  if (auto* number = std::get_if<double>(&point.value)) *number = -*number;
}

double* number_at(std::vector<Point>& points, SignalId signal) {
  for (Point& point : points) {
    if (point.signal == signal) return std::get_if<double>(&point.value);
  }
  return nullptr;
}

void reverse_all(std::vector<Point>& points) {
  for (Point& point : points) {
    const bool is_signed =
        point.signal == ids().power || point.signal == ids().reactive_power || point.signal == ids().power_factor;
    if (is_signed) negate(point);
    if (point.signal == ids().energy_import) {
      point.signal = ids().energy_export;
    } else if (point.signal == ids().energy_export) {
      point.signal = ids().energy_import;
    }
  }
}

void give_up(Point& point) {
  point.value = std::monostate{};
  point.fault = Fault::miswired;
}

void mend_total(std::vector<Point>& points, Point& total) {
  double sum = 0;
  for (const SignalId phase : ids().phase_power) {
    const double* power = number_at(points, phase);
    if (power == nullptr) return give_up(total);
    sum += *power;
  }
  total.value = sum;
  total.fault = Fault::none;
}

void reverse_some(std::vector<Point>& points) {
  for (Point& point : points) {
    if (point.signal == ids().power) mend_total(points, point);
    const bool is_sum = point.signal == ids().reactive_power || point.signal == ids().power_factor ||
                        point.signal == ids().energy_import || point.signal == ids().energy_export;
    if (is_sum) give_up(point);
  }
}

bool is_through_transformer(model::Quantity quantity) {
  using enum model::Quantity;
  return quantity == power || quantity == apparent_power || quantity == reactive_power || quantity == current ||
         quantity == energy;
}

}  // namespace

void apply_ct_ratio(double ratio, std::vector<Point>& points) {
  if (ratio == 1) return;
  for (Point& point : points) {
    if (!is_through_transformer(model::signal(point.signal).quantity)) continue;
    if (auto* number = std::get_if<double>(&point.value)) *number *= ratio;
    if (const auto* energy = std::get_if<model::MilliwattHours>(&point.value)) {
      constexpr double mwh_max = 9.2e18;  // what 64 bits can hold
      const double value = static_cast<double>(energy->value) * ratio;
      if (std::abs(value) <= mwh_max) {
        point.value = model::MilliwattHours{std::llround(value)};
      } else {
        point = {point.signal, std::monostate{}, Fault::implausible};
      }
    }
  }
}

void apply_wiring(const Wiring& wiring, std::vector<Point>& points) {
  if (wiring.is_normal()) return;
  for (Point& point : points) {
    for (std::size_t phase = 0; phase < 3; ++phase) {
      if (wiring.reversed[phase] && point.signal == ids().phase_power[phase]) negate(point);
    }
  }
  if (wiring.is_all_reversed()) return reverse_all(points);
  reverse_some(points);
}

}  // namespace chargehook::modbus
