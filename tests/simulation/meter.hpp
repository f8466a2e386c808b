/// The grid meter on Modbus, as its readings: power wanders around the limit that a rule watches, and now and then the
/// meter is silent. Owner: World. One thread.
#pragma once

#include <functional>

#include "clock.hpp"
#include "core/input.hpp"
#include "faults.hpp"
#include "random.hpp"
#include "schedule.hpp"

namespace chargehook::simulation {

class Meter {
 public:
  using Give = std::function<bool(core::Input)>;

  Meter(Schedule& schedule, Clock& clock, Random& random, FaultCounts& faults, Moment interval, Give give)
      : schedule_(schedule),
        clock_(clock),
        random_(random),
        faults_(faults),
        interval_(interval),
        give_(std::move(give)) {}

  void start() {
    schedule_.after(interval_, [this] { read(); });
  }
  void finish() { finished_ = true; }

 private:
  void read() {
    if (finished_) return;
    Moment wait = interval_;
    if (random_.per_mille(20)) {
      faults_.note(Fault::meter_silent);
      wait = random_.between(Moment{std::chrono::seconds{3}}, Moment{std::chrono::seconds{30}});
    }
    power_w_ += static_cast<double>(random_.between(-9'000, 9'000));
    power_w_ = power_w_ < 50'000 ? 50'000 : power_w_ > 110'000 ? 110'000 : power_w_;
    model::Reading reading;
    reading.device = "meter/main";
    reading.signal = *model::find_signal("meter.power");
    reading.value = power_w_;
    reading.observed = reading.received = clock_.now().wall;
    reading.source = "modbus";
    reading.good_for = 3 * interval_;
    give_(core::ReadingsSeen{{std::move(reading)}});
    schedule_.after(wait, [this] { read(); });
  }

  Schedule& schedule_;
  Clock& clock_;
  Random& random_;
  FaultCounts& faults_;
  Moment interval_;
  Give give_;
  double power_w_ = 75'000;
  bool finished_ = false;
};

}  // namespace chargehook::simulation
