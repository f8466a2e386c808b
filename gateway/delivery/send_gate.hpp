/// What may be sent at a moment, as far as knowing the time goes. Pure.
#pragma once

#include <cstdint>

namespace chargehook::delivery {

enum class SendGate : std::uint8_t {
  closed,         ///< nothing: what goes out under a time that is not known has to be on record first
  unsigned_only,  ///< a signature names the time of sending; with one that cannot be right every receiver refuses it
  open,
};

/// What is known of the time.
struct TimeKnowledge {
  bool is_known = false;       ///< somebody trusted has told it
  bool is_impossible = false;  ///< nobody has, and what the clock shows lies before what was seen already
  bool is_marked = false;      ///< it is on record that events of this boot may go out under a time that is not known
};

[[nodiscard]] constexpr SendGate gate_of(const TimeKnowledge& time) {
  if (time.is_known) return SendGate::open;
  if (!time.is_marked) return SendGate::closed;
  return time.is_impossible ? SendGate::unsigned_only : SendGate::open;
}

[[nodiscard]] constexpr bool may_send(SendGate gate, bool is_signed) {
  return gate == SendGate::open || (gate == SendGate::unsigned_only && !is_signed);
}

}  // namespace chargehook::delivery
