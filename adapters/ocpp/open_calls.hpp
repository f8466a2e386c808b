/// Calls of one direction that wait for their answer: an answer carries no action, only the call's id. Bounded.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "ocpp/exchange.hpp"

namespace chargehook::ocpp {

struct OpenCall {
  std::string action;
  std::string request;        ///< the whole message, where its answer can only be read together with it; else empty
  std::uint64_t ordinal = 0;  ///< of the message in its direction of this link
  HoldToken token = no_hold;  ///< of the entry that the answer must wait for
  bool may_hold = false;      ///< its answer has to wait, or will once it is read
};

class OpenCalls {
 public:
  static constexpr std::size_t calls_max = 64;
  static constexpr std::size_t id_bytes_max = 256;  ///< the longest id that is remembered; OCPP allows 36

  /// A second call with the same id takes the place of the first. When full, the oldest is forgotten.
  /// @return false if a call was forgotten or not remembered
  bool add(std::string_view id, OpenCall call);

  /// The call that `id` answers, once.
  [[nodiscard]] std::optional<OpenCall> take(std::string_view id);

  [[nodiscard]] std::size_t size() const { return calls_.size(); }

  /// Whether the answer to any of them may have to wait.
  [[nodiscard]] bool may_hold() const { return may_hold_ > 0; }

 private:
  std::unordered_map<std::string, OpenCall> calls_;  // looked up only, never walked
  std::deque<std::string> oldest_first_;             // the same ids
  std::size_t may_hold_ = 0;                         // so many of them may hold
};

}  // namespace chargehook::ocpp
