/// Judges the relay: what a charger sends reaches its CSMS byte for byte and in order, and the other way round, until
/// their connection ends. Uses no code of the gateway.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <utility>

#include "judge/complaints.hpp"

namespace chargehook::simulation {

enum class Toward : std::uint8_t { csms, charger };

class RelayJudge {
 public:
  explicit RelayJudge(Complaints& complaints) : complaints_(complaints) {}

  void sent(std::uint64_t link, Toward toward, const std::string& frame) { lanes_[{link, toward}].push_back(frame); }

  void arrived(std::uint64_t link, Toward toward, const std::string& frame) {
    auto& lane = lanes_[{link, toward}];
    if (!lane.empty() && lane.front() == frame) return lane.pop_front();
    complaints_.say("connection " + std::to_string(link) + ": " + frame.substr(0, 200) + " arrived instead of " +
                    (lane.empty() ? std::string{"nothing"} : lane.front().substr(0, 200)));
  }

  void closed(std::uint64_t link) {
    lanes_.erase({link, Toward::csms});
    lanes_.erase({link, Toward::charger});
  }

 private:
  Complaints& complaints_;
  std::map<std::pair<std::uint64_t, Toward>, std::deque<std::string>> lanes_;
};

}  // namespace chargehook::simulation
