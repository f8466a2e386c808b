#include "meter/electrics.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace chargehook::simulators {
namespace {

constexpr std::array<std::string_view, 18> signals{
    "meter.power",          "meter.power_l1",       "meter.power_l2",      "meter.power_l3",      "meter.current_l1",
    "meter.current_l2",     "meter.current_l3",     "meter.voltage_l1",    "meter.voltage_l2",    "meter.voltage_l3",
    "meter.frequency",      "meter.power_factor",   "meter.energy_import", "meter.energy_export", "meter.voltage",
    "meter.apparent_power", "meter.reactive_power", "meter.current"};

/// "meter.power_l2" → 1
std::size_t phase_of(std::string_view signal) { return static_cast<std::size_t>(signal.back() - '1'); }

/// The name as it stands in the table, for ever; empty if there is none.
std::string_view known(std::string_view signal) {
  const auto found = std::find(signals.begin(), signals.end(), signal);
  return found == signals.end() ? std::string_view{} : *found;
}

}  // namespace

double Electrics::total() const { return std::accumulate(watts_.begin(), watts_.end(), 0.0); }

void Electrics::set_total(double watts) {
  const double before = total();
  for (double& phase : watts_) phase = std::abs(before) > 1 ? phase * watts / before : watts / 3;
}

bool Electrics::set(std::string_view signal, double value) {
  if (signal == "meter.power") {
    set_total(value);
  } else if (signal.starts_with("meter.power_l")) {
    watts_.at(phase_of(signal)) = value;
  } else if (signal.starts_with("meter.current_l")) {
    watts_.at(phase_of(signal)) = value * volts_.at(phase_of(signal)) * power_factor_;
  } else if (signal == "meter.voltage") {
    volts_.fill(value);
  } else if (signal.starts_with("meter.voltage_l")) {
    volts_.at(phase_of(signal)) = value;
  } else if (signal == "meter.frequency") {
    hertz_ = value;
  } else if (signal == "meter.power_factor") {
    power_factor_ = value;
  } else if (signal == "meter.energy_import") {
    import_wh_ = value;
  } else if (signal == "meter.energy_export") {
    export_wh_ = value;
  } else {
    return false;
  }
  return true;
}

double Electrics::get(std::string_view signal) const {
  const double apparent = std::abs(power_factor_) > 0 ? total() / power_factor_ : 0;
  if (signal == "meter.power") return total();
  if (signal.starts_with("meter.power_l")) return watts_.at(phase_of(signal));
  if (signal.starts_with("meter.voltage_l")) return volts_.at(phase_of(signal));
  if (signal.starts_with("meter.current_l")) {
    const double volts = volts_.at(phase_of(signal)) * power_factor_;
    return std::abs(volts) > 1 ? std::abs(watts_.at(phase_of(signal)) / volts) : 0;
  }
  if (signal == "meter.frequency") return hertz_;
  if (signal == "meter.power_factor") return power_factor_;
  if (signal == "meter.apparent_power") return std::abs(apparent);
  if (signal == "meter.reactive_power") return std::sqrt(std::max(0.0, apparent * apparent - total() * total()));
  if (signal == "meter.energy_import") return import_wh_;
  if (signal == "meter.energy_export") return export_wh_;
  return 0;
}

bool Electrics::ramp(std::string_view signal, double to, std::chrono::duration<double> time) {
  const std::string_view name = known(signal);
  if (name.empty() || !set(name, get(name))) return false;
  std::erase_if(ramps_, [&](const Ramp& ramp) { return ramp.signal == name; });
  ramps_.push_back({name, to, std::max(time.count(), 0.001)});
  return true;
}

void Electrics::pass(std::chrono::duration<double> time) {
  for (Ramp& ramp : ramps_) {
    const double part = std::min(1.0, time.count() / ramp.seconds_left);
    const double now = get(ramp.signal);
    (void)set(ramp.signal, now + (ramp.to - now) * part);
    ramp.seconds_left -= time.count();
  }
  std::erase_if(ramps_, [](const Ramp& ramp) { return ramp.seconds_left <= 0; });
  const double wh = total() * time.count() / 3600;
  (wh > 0 ? import_wh_ : export_wh_) += std::abs(wh);
}

}  // namespace chargehook::simulators
