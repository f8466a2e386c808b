/// Who waits for an entry to be durable: the numbers of journal::Waiter, shared out among those who ask.
#pragma once

#include <cstdint>

#include "core/input.hpp"
#include "journal/intake.hpp"
#include "ocpp/exchange.hpp"

namespace chargehook::core {

enum class WaiterKind : std::uint8_t {
  source,     ///< a Token of the world outside
  hold,       ///< a frame that the OCPP proxy holds
  endpoints,  ///< a set of endpoints that is being taken into use
  import,     ///< the chunk of an import: number 1
  time,       ///< what is kept of times that were not known: number 1 the mark, 2 a step of a plan
};

inline constexpr int waiter_kind_bit = 61;

[[nodiscard]] constexpr journal::Waiter make_waiter(WaiterKind kind, std::uint64_t number) {
  return number == 0 ? journal::no_waiter
                     : journal::Waiter{number | (static_cast<std::uint64_t>(kind) << waiter_kind_bit)};
}
[[nodiscard]] constexpr WaiterKind kind_of(journal::Waiter waiter) {
  return static_cast<WaiterKind>(static_cast<std::uint64_t>(waiter) >> waiter_kind_bit);
}
[[nodiscard]] constexpr std::uint64_t number_of(journal::Waiter waiter) {
  return static_cast<std::uint64_t>(waiter) & ((std::uint64_t{1} << waiter_kind_bit) - 1);
}

}  // namespace chargehook::core
