/// What the proxy counts, for status and metrics. All since the start of the process.
#pragma once

#include <cstdint>

namespace chargehook::ocpp {

struct Counters {
  std::uint64_t from_charger = 0;  ///< messages relayed, by direction
  std::uint64_t from_upstream = 0;
  std::uint64_t unparsed = 0;               ///< relayed without being read: malformed, binary, unknown type
  std::uint64_t not_understood = 0;         ///< an action that means something with a payload that could not be read
  std::uint64_t orphan_answers = 0;         ///< relayed; no open call has their id
  std::uint64_t calls_forgotten = 0;        ///< more calls open than are remembered, or ids too long
  std::uint64_t holds = 0;                  ///< answers that waited for the journal
  std::uint64_t hold_expired_time = 0;      ///< … and went on before their event was durable: 2 s were over
  std::uint64_t hold_expired_full = 0;      ///< … too much had gathered behind them
  std::uint64_t hold_expired_refusing = 0;  ///< … the journal refused, or the charger had to be let go
  std::uint64_t connected = 0;
  std::uint64_t replaced = 0;          ///< the same charger connected anew while it was still connected
  std::uint64_t refused_here = 0;      ///< unknown, badly named, without credentials, too many
  std::uint64_t refused_upstream = 0;  ///< the CSMS said no, or could not be reached
  std::uint64_t oversize = 0;          ///< connections closed because of a message above the limit
};

}  // namespace chargehook::ocpp
