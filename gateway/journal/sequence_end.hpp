/// How far the sequences of a store have come. No row says so at each commit, which would cost a page of flash: the
/// last records of the logs and the floors do. Pure; any thread.
#pragma once

#include <array>

#include "model/event.hpp"
#include "model/result.hpp"
#include "model/stream.hpp"

namespace chargehook::journal {

/// Where the newest state does not say how far sequences had come, this many later ones may have been given without a
/// trace.
inline constexpr model::Sequence sequence_leap = 1'000'000;

/// The end of one class's log; of its floor where the log is empty.
struct LogEnd {
  model::Sequence last = 0;        ///< key of the last row, whether or not its value can be read
  model::Sequence last_sound = 0;  ///< of the last record that can be read
  model::Ordinal last_ordinal = 0;
  model::WallTime last_recorded{};  ///< when that record was admitted here; 1970: there is none
};
using LogEnds = std::array<LogEnd, model::event_class_count>;

/// Where numbers begin in a store of which nobody knows how far it had come: 10⁶ × Unix seconds, so that another store
/// under the same source never goes back. A clock before 2026 counts as 2026-01-01.
[[nodiscard]] model::Sequence first_sequence(model::WallTime now);

/// One above the highest sequence that has been given; 0: none yet.
/// @param least `next_seq_min` of meta
/// @return "damaged" where a log ends with a row that cannot be read and whose key is further than `sequence_leap`
/// above
///         all that can: nothing but the value's check vouches for a key
[[nodiscard]] model::Result<model::Sequence> next_sequence(model::Sequence least, const LogEnds& ends);

}  // namespace chargehook::journal
