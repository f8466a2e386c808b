/// Local systems that hand events in and keep each until they are told that it is stored: a payment terminal, a fault
/// reporter, a user management on the ingest socket, and a broker's durable topic. Each hands in one at a time and
/// repeats what was not answered, now and then also what was, and now and then corrects what was.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "clock.hpp"
#include "core/input.hpp"
#include "core/outputs.hpp"
#include "faults.hpp"
#include "judge/delivery_judge.hpp"
#include "model/site.hpp"
#include "random.hpp"
#include "schedule.hpp"

namespace chargehook::simulation {

struct SourcesSetting {
  int count = 4;
  Moment pause_max{0};  ///< between an answer and the next event
  std::size_t data_bytes_max = 0;
};

class Sources {
 public:
  /// Hands an input to the gateway. @return false if it does not run: nobody listens
  using Give = std::function<bool(core::Input)>;

  Sources(Schedule& schedule, Clock& clock, Random& random, FaultCounts& faults, DeliveryJudge& judge,
          const model::Site& site, SourcesSetting setting, Give give);

  void start();
  void release(const core::Release& release);
  /// The gateway is gone, and with it every connection.
  void run_ended();

  /// Nothing new from here on; what is not accepted yet is still handed in again.
  void finish() { finished_ = true; }
  [[nodiscard]] bool is_done() const;
  [[nodiscard]] std::uint64_t accepted() const { return accepted_; }

 private:
  struct Source {
    std::string name;
    std::vector<std::string> types;
    std::string reference;  ///< of what it holds, empty if nothing
    std::string type;
    std::string body;
    std::string event_id;  ///< its own, in the body
    std::string subject;
    std::uint64_t made = 0;
    std::uint64_t token = 0;    ///< under which it waits, 0 if it does not
    std::uint64_t attempt = 0;  ///< counts; a timer of an earlier one is void
    bool was_accepted = false;  ///< what it holds is repeated without need
    bool is_revision = false;
  };

  void next(std::size_t source);
  void make(Source& source);
  std::string write(Source& source);
  void revise(std::size_t source, const std::string& accepted_id);
  void hand_in(std::size_t source);
  void again(std::size_t source, Moment wait);

  Schedule& schedule_;
  Clock& clock_;
  Random& random_;
  FaultCounts& faults_;
  DeliveryJudge& judge_;
  const model::Site& site_;
  SourcesSetting setting_;
  Give give_;
  std::vector<Source> sources_;
  std::map<std::uint64_t, std::size_t> waiting_;  ///< source by token
  std::uint64_t next_token_ = 1;
  std::uint64_t accepted_ = 0;
  bool finished_ = false;
};

}  // namespace chargehook::simulation
