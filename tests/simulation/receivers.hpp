/// The receivers of the webhooks and the network before them: each goes from one mood to the next, takes what it is
/// sent, refuses it, is slow, is not there, or has taken it and the gateway does not hear of it.
/// A receiver is no part of a run of the gateway: what was on the wire when the gateway died may still arrive.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "delivery/attempt.hpp"
#include "faults.hpp"
#include "judge/delivery_judge.hpp"
#include "random.hpp"
#include "schedule.hpp"

namespace chargehook::simulation {

class Receivers {
 public:
  /// Hands the result to the gateway.
  using Answer = std::function<void(delivery::AttemptResult)>;
  /// Whether the run that started an attempt still lives and can hear the answer.
  using IsAlive = std::function<bool(std::uint64_t run)>;

  Receivers(Schedule& schedule, Random& random, FaultCounts& faults, DeliveryJudge& judge, IsAlive is_alive,
            Answer answer);

  void attempt(std::uint64_t run, const delivery::AttemptRequest& request);

  /// Now and then each is not there for minutes.
  void go_away() { go_away_ = true; }
  /// Some events are refused for as long as nothing heals, each endpoint its own.
  void dislike_some() { dislikes_ = true; }
  /// All of them take everything from here on.
  void heal() { healed_ = true; }

 private:
  enum class Mood : std::uint8_t { well, down, erring, refusing, slow, losing };
  struct Receiver {
    Mood mood = Mood::well;
    Moment until{0};
  };
  /// What will come of one attempt.
  struct Fate {
    bool taken = false;
    Moment arrives{0};
    Moment answered{0};  ///< after it arrived
    delivery::AttemptResult result;
  };

  bool is_disliked(const std::string& path, std::string_view body);
  Mood mood_of(const std::string& path);
  Fate fate(Mood mood, const delivery::AttemptRequest& request);
  Fate lost(const delivery::AttemptRequest& request);
  void fail(Fate& fate, delivery::Phase phase, int error, const char* reason);
  void answer(Fate& fate, int status);

  Schedule& schedule_;
  Random& random_;
  FaultCounts& faults_;
  DeliveryJudge& judge_;
  IsAlive is_alive_;
  Answer answer_;
  std::map<std::string, Receiver> receivers_;                     ///< by path
  std::map<std::pair<std::string, std::string>, bool> disliked_;  ///< by path and event id
  std::map<std::string, std::uint64_t> first_disliked_;           ///< n, by stream
  std::uint64_t next_ = 1;
  bool go_away_ = false;
  bool dislikes_ = false;
  bool healed_ = false;
};

}  // namespace chargehook::simulation
