/// Messages on their way to one side. An answer may have to wait until its event is durable; what comes after it waits
/// behind it, so that order is kept. Bounded in number, bytes and time: charging goes first.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "model/clock.hpp"
#include "ocpp/exchange.hpp"

namespace chargehook::ocpp {

class HeldLane {
 public:
  static constexpr std::size_t messages_max = 64;
  static constexpr std::size_t bytes_max = 256 * 1024;

  /// Lets `message` through to `out` at once if nothing is before it and `wait_for` is no_hold; else it waits.
  /// @param until when the wait of this message ends in any case
  /// @return holds that ended because the lane was full
  std::size_t pass(Message message, HoldToken wait_for, model::BootTime until, std::vector<Message>& out);

  /// The token's entry is durable: lets through what waited for it and only for it.
  void release(HoldToken token, std::vector<Message>& out);

  /// Ends the holds whose time has come. @return how many
  std::size_t expire(model::BootTime now, std::vector<Message>& out);

  /// Ends all holds. @return how many
  std::size_t release_all(std::vector<Message>& out);

  [[nodiscard]] std::optional<model::BootTime> next_deadline() const;
  [[nodiscard]] bool empty() const { return waiting_.empty(); }

 private:
  struct Waiting {
    Message message;
    HoldToken wait_for;
    model::BootTime until;
  };
  void let_through(std::vector<Message>& out);

  std::deque<Waiting> waiting_;  // the first one has a hold, or the lane is empty
  std::size_t bytes_ = 0;
};

}  // namespace chargehook::ocpp
