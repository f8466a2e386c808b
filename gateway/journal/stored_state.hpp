/// What a store says when it is opened: all that the core starts from.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "journal/batch.hpp"
#include "model/stream.hpp"

namespace chargehook::journal {

struct ClassLog {
  model::Sequence last_sequence = 0;  ///< of the last record, or of the floor when all are trimmed
  model::Ordinal last_ordinal = 0;
  model::Sequence floor_sequence = 0;  ///< all up to here is trimmed
  model::Ordinal floor_ordinal = 0;
};

struct StoredState {
  std::uint64_t store_id = 0;         ///< 64 random bits, drawn at creation
  bool created = false;               ///< the store began with this opening
  bool clean_stop = false;            ///< the last run ended with its last commit; true for a created store
  std::uint32_t boot = 0;             ///< index of the row that this opening wrote in `boots`
  model::Sequence next_sequence = 0;  ///< 0 in a created store: the core chooses where numbers begin
  std::array<ClassLog, model::event_class_count> logs{};
  std::vector<model::StreamRow> streams;
  std::vector<GapRow> gaps;
  std::vector<IdRow> ids;          ///< by day
  std::vector<IdRow> damaged_ids;  ///< day and id alone are known
  std::map<std::string, std::string> kv;
  Usage usage;
};

}  // namespace chargehook::journal
