/// What a meter measures: three phases, a frequency, two energy counters, and how they hang together. One thread.
#pragma once

#include <array>
#include <chrono>
#include <string_view>
#include <vector>

namespace chargehook::simulators {

class Electrics {
 public:
  /// Sets a value in W, V, A, Hz, Wh or 1. `meter.power` is spread over the phases as they are now loaded, a current
  /// sets the power of its phase. False if there is no such signal or it cannot be set.
  [[nodiscard]] bool set(std::string_view signal, double value);
  /// The value now; 0 for a signal that is none.
  [[nodiscard]] double get(std::string_view signal) const;

  /// `set` in small steps until the time is over. A later `set` or `ramp` of the same signal ends it.
  [[nodiscard]] bool ramp(std::string_view signal, double to, std::chrono::duration<double> time);

  /// Lets time pass: ramps move, energies grow.
  void pass(std::chrono::duration<double> time);

 private:
  struct Ramp {
    std::string_view signal;
    double to;
    double seconds_left;
  };

  void set_total(double watts);
  [[nodiscard]] double total() const;

  std::array<double, 3> watts_{};
  std::array<double, 3> volts_{230.2, 230.4, 230.1};
  double hertz_ = 50;
  double power_factor_ = 1;
  double import_wh_ = 1'234'500;
  double export_wh_ = 0;
  std::vector<Ramp> ramps_;
};

}  // namespace chargehook::simulators
