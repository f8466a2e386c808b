/// What a stream's cursor has passed although it is not done: the words that journal and delivery share for it.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "model/chain_point.hpp"
#include "model/clock.hpp"
#include "model/stream.hpp"

namespace chargehook::model {

/// The numbers are part of store format 1 (pend).
enum class PendState : std::uint8_t {
  waiting = 0,  ///< refused for its content and tried again, or behind an earlier event of its partition key
  parked = 1,   ///< put aside until somebody releases it
  resend = 2,   ///< done, and asked for once more
};

/// How often, when and with what an event was refused for its content.
struct Refusals {
  std::uint32_t attempts = 0;
  WallTime first;                              ///< 1970: none yet
  WallTime last;                               ///< 1970: none yet
  TimeQuality quality = TimeQuality::unknown;  ///< of `last`
  std::uint16_t status = 0;                    ///< HTTP status of the last; 0: none yet

  bool operator==(const Refusals&) const = default;
};

/// As rows name a partition key: XXH3-64 (seed 0). Two keys of one hash wait for each other, which harms nobody.
[[nodiscard]] std::uint64_t key_hash(std::string_view partition_key);

/// A delivery at or below its stream's cursor that is not done.
struct PendRow {
  StreamId stream;
  std::uint64_t n = 0;
  Sequence sequence = 0;  ///< of its record, which stays in the log for as long as the row is there
  PendState state = PendState::waiting;
  std::uint64_t key = 0;  ///< key_hash of its partition key
  Refusals refusals;
  ChainHash before{};  ///< h(n - 1)

  bool operator==(const PendRow&) const = default;
};

/// A row to write in place of the one under its key; no row: delete.
struct PendPut {
  StreamId stream;
  std::uint64_t n = 0;
  std::optional<PendRow> row;

  bool operator==(const PendPut&) const = default;
};

/// What streams want stored. All of it goes in one transaction: a cursor never without the rows of what it has passed,
/// nor without the points of its chain.
struct StreamChanges {
  std::vector<StreamRow> rows;
  std::vector<PendPut> pend;
  std::vector<ChainPoint> points;  ///< that the cursors of `rows` have passed

  [[nodiscard]] bool empty() const { return rows.empty() && pend.empty() && points.empty(); }
};

}  // namespace chargehook::model
