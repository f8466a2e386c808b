/// What one charger does, as far as its CSMS and the gateway can tell: it has a queue of OCPP 1.6 calls, sends one at a
/// time, and keeps those that belong to a transaction until they are answered, over all connections. Source: OCPP 1.6
/// §3.5 (transaction-related messages are retried), §4.8, §4.10.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>

#include "random.hpp"
#include "schedule.hpp"

namespace chargehook::simulation {

class Charger {
 public:
  struct Call {
    std::string action;
    std::string payload;
    [[nodiscard]] bool is_kept() const { return action == "StartTransaction" || action == "StopTransaction"; }
  };

  explicit Charger(std::string id) : id_(std::move(id)) {}

  [[nodiscard]] const std::string& id() const { return id_; }

  /// A session begins or ends, as it is the charger's turn.
  /// @param wall its own clock, which is right
  void act(Random& random, const std::string& wall);

  /// A connection begins: it says who it is and how it is.
  void connected();

  /// The next frame to send, if it waits for no answer.
  [[nodiscard]] std::optional<std::string> next_frame();

  /// @return what was answered, nothing if it answers nothing that waits
  [[nodiscard]] std::optional<Call> answered(const std::string& frame);

  /// No answer comes any more: what is kept is sent again, the rest is forgotten.
  void give_up();

  [[nodiscard]] bool is_idle() const { return queue_.empty(); }
  /// Ends the session that runs, so that nothing stays open.
  void finish(const std::string& wall);

 private:
  enum class Session : std::uint8_t { none, starting, running, stopping };

  void start(Random& random, const std::string& wall);
  void stop(const std::string& wall);

  std::string id_;
  std::deque<Call> queue_;
  std::string waiting_for_;  ///< message id of queue_.front(), empty if it is not sent
  std::uint64_t messages_ = 0;
  Session session_ = Session::none;
  std::string transaction_;
  std::int64_t meter_wh_ = 1000;
};

/// The member `"name":` of a frame, as its digits or text stand; empty if it is not there.
[[nodiscard]] std::string member_of(const std::string& frame, const std::string& name);

}  // namespace chargehook::simulation
