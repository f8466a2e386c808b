/// What a CSMS answers to the calls of a depot's chargers. Pure but for the clock; one thread.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

namespace chargehook::simulators {

struct AnswerOptions {
  std::int64_t first_transaction = 1;
  int heartbeat_s = 300;
  std::string blocked_card;  ///< an idTag that is not accepted
};

class Answers {
 public:
  explicit Answers(AnswerOptions options) : options_(std::move(options)), transaction_(options_.first_transaction) {}

  /// @return payload of the answer; nothing if the action is not known here
  [[nodiscard]] std::optional<nlohmann::json> answer(const std::string& action, const nlohmann::json& payload);

 private:
  [[nodiscard]] nlohmann::json card_info(const nlohmann::json& payload) const;

  AnswerOptions options_;
  std::int64_t transaction_;  // of the next start; a repeated start gets another one, as many a CSMS does it
};

}  // namespace chargehook::simulators
