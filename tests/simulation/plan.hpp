/// How wild a seed is: what the dice decide before anything happens.
#pragma once

#include "gateway.hpp"
#include "random.hpp"
#include "schedule.hpp"
#include "sources.hpp"
#include "world.hpp"
#include "yard.hpp"

namespace chargehook::simulation {

/// How wild a seed is.
struct Plan {
  Moment least{0};       ///< it goes on at least this long
  Moment crash_every{};  ///< on average, 0: none between commits
  SourcesSetting sources;
  YardSetting yard;
  Moment meter_interval{std::chrono::seconds{1}};
  bool receivers_go_away = false;  ///< now and then for minutes
  bool receivers_dislike = false;  ///< some events are refused until all heals
  std::size_t events_min = 300;
  Moment apply_every{};  ///< on average: another configuration
  DiskMood disk;
};

[[nodiscard]] Plan plan_of(Kind kind, Random& random);

}  // namespace chargehook::simulation
