/// What a charger does, one step after the other. Pure; one thread.
///
/// A script has one step per line; what follows # is no step:
///   authorize CARD                       start CONNECTOR CARD
///   meter CONNECTOR [WH]                 stop CONNECTOR [REASON]
///   status CONNECTOR STATUS [ERROR]      heartbeat
///   wait MILLISECONDS                    frame text|binary HEX     (as it is, waits for no answer)
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

namespace chargehook::simulators {

enum class StepKind { authorize, start, meter, stop, status, heartbeat, wait, text_frame, binary_frame };

struct Step {
  StepKind kind{};
  int connector = 0;
  std::string word;         ///< card, status, reason, or the bytes of a frame
  std::string error;        ///< of a status
  std::int64_t number = 0;  ///< Wh or ms
};

class Plan {
 public:
  /// @param count sessions; 0: without end
  /// @param meter_values told in each session
  [[nodiscard]] static Plan of_sessions(std::uint64_t count, unsigned meter_values, std::string card);
  /// @return nothing, and `error` says where it is wrong
  [[nodiscard]] static std::optional<Plan> of_script(const std::string& text, std::string& error);

  std::optional<Step> next();
  /// Begins no session any more.
  void finish() { sessions_left_ = 0; }

 private:
  void add_session();

  std::deque<Step> steps_;
  std::uint64_t sessions_left_ = 0;
  unsigned meter_values_ = 0;
  std::string card_;
};

}  // namespace chargehook::simulators
