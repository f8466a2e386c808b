#include "plan.hpp"

namespace chargehook::simulation {

using namespace std::chrono_literals;

Plan plan_of(Kind kind, Random& random) {
  Plan plan;
  if (kind == Kind::hour) {
    plan.least = 1h;
    plan.crash_every = random.between(Moment{3min}, Moment{20min});
    plan.sources = {6, 8s, 400};
    plan.yard = {4, 90s, 10};
    plan.meter_interval = 5s;
    plan.apply_every = 8min;
    plan.disk = {2, 6, 15, 150, 150, 150};
    plan.receivers_go_away = true;
    plan.receivers_dislike = true;
    return plan;
  }
  plan.crash_every = random.between(Moment{2s}, Moment{20s});
  plan.sources = {random.between(3, 6), random.between(Moment{20ms}, Moment{400ms}), 300};
  plan.yard = {random.between(1, 3), random.between(Moment{500ms}, Moment{6s}), 25};
  plan.apply_every = random.between(Moment{10s}, Moment{60s});
  plan.yard.store_fills = random.per_mille(120);
  plan.receivers_go_away = plan.yard.store_fills;
  if (plan.yard.store_fills) plan.sources.data_bytes_max = 20'000;
  plan.disk = {.cut = static_cast<unsigned>(random.between(0, 15)),
               .fault = static_cast<unsigned>(random.between(0, 30)),
               .slow = static_cast<unsigned>(random.between(0, 40)),
               .cut_in_start = 200,
               .cut_in_held = 150,
               .fault_in_held = 150};
  // Not both: a billing event that is refused to the end pins a store that is to fill.
  plan.receivers_dislike = random.per_mille(120) && !plan.yard.store_fills;
  if (plan.receivers_dislike) plan.events_min *= 3;
  return plan;
}

}  // namespace chargehook::simulation
