/// What the receiver finds of one delivery.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace chargehook::simulators {

enum class Verdict : std::uint8_t {
  // all is well
  good,
  redelivered,  ///< this number came before, with the same event: at-least-once at work
  repeated,     ///< the same event again under a number of its own: its source handed it in twice
  unnumbered,   ///< a control message, delivery.watermark
  // refused, and not taken into any stream
  missing_header,  ///< no webhook-id, webhook-timestamp or webhook-signature
  bad_timestamp,   ///< not a number, or more than 300 s from now
  bad_signature,   ///< no v1 signature of the list matches
  bad_event,       ///< verified, but not the CloudEvent that it should be
  // verified, and still wrong
  number_reused,  ///< two events under one number
  beyond_window,  ///< more than 256 ahead of a hole
  out_of_order,   ///< an event of this device with a higher number came before
  broken_link,    ///< hash or prevhash is not what the chain gives
};
inline constexpr std::size_t verdict_count = 12;

[[nodiscard]] constexpr bool is_fault(Verdict verdict) { return verdict >= Verdict::missing_header; }

[[nodiscard]] constexpr std::string_view to_string(Verdict verdict) {
  constexpr std::string_view names[verdict_count] = {"good",           "redelivered",   "repeated",      "unnumbered",
                                                     "missing_header", "bad_timestamp", "bad_signature", "bad_event",
                                                     "number_reused",  "beyond_window", "out_of_order",  "broken_link"};
  return names[static_cast<std::size_t>(verdict)];
}

}  // namespace chargehook::simulators
