/// What a store says when it is opened: all that the core starts from.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "journal/batch.hpp"
#include "journal/format/origin_row.hpp"
#include "model/boot_clocks.hpp"
#include "model/pend.hpp"
#include "model/stream.hpp"

namespace chargehook::journal {

struct ClassLog {
  model::Sequence last_sequence = 0;  ///< of the last record, or of the floor when all are trimmed
  model::Ordinal last_ordinal = 0;
  model::Sequence floor_sequence = 0;  ///< all up to here is trimmed
  model::Ordinal floor_ordinal = 0;
};

/// Why the store has another id than it had.
struct StoreChange {
  OriginReason reason = OriginReason::damage;
  std::string words;
};

struct StoredState {
  std::uint64_t store_id = 0;         ///< 64 random bits, drawn at creation
  bool created = false;               ///< the store began with this opening
  bool clean_stop = false;            ///< the last run ended with its last commit; true for a created store
  std::uint32_t boot = 0;             ///< index of the row that this opening wrote in `boots`
  std::vector<model::Opening> boots;  ///< all openings, this one last
  model::WallTime newest_known;       ///< the newest moment that a trusted clock has told; 1970 if none ever has
  model::WallTime last_recorded;  ///< when the newest record was admitted, by the clock of then; 1970: there is none
  model::Sequence next_sequence = 0;  ///< 0 in a created store: the core chooses where numbers begin
  std::array<ClassLog, model::event_class_count> logs{};
  std::vector<model::StreamRow> streams;
  std::vector<model::PendRow> pend;  ///< by stream and n
  std::vector<GapRow> gaps;
  std::vector<StoreOrigin> origins;   ///< the oldest first
  std::vector<ImportedRow> imported;  ///< by store and sequence
  std::vector<IdRow> ids;             ///< by day
  std::vector<IdRow> damaged_ids;     ///< day and id alone are known
  std::map<std::string, std::string> kv;
  Usage usage;
  std::optional<StoreChange> change;  ///< with this opening
  bool is_salvaged = false;           ///< with this opening: a stream that is not among `streams` may have been lost
  std::vector<std::string> notes;     ///< what the look at it found, in words
};

}  // namespace chargehook::journal
