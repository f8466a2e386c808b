/// The store as anybody may read it who has docs/formats.md and LMDB: no code of the gateway, no lock, nothing written.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "judge/complaints.hpp"
#include "judge/link.hpp"
#include "judge/loss.hpp"

namespace chargehook::simulation {

struct StoredRecord {
  std::uint64_t sequence = 0;
  std::uint64_t ordinal = 0;
  std::uint32_t type = 0;
  std::uint32_t boot = 0;
  std::string id;
  std::string subject;
  std::string partition_key;
  bool is_time_unknown = false;  ///< stamped by the gateway's own clock, and taken in, without knowing the time
};

struct StoredStream {
  std::uint32_t endpoint = 0;
  int event_class = 0;
  std::uint32_t generation = 0;
  bool closed = false;
  std::uint64_t start = 0;
  std::uint64_t cursor = 0;
  std::uint64_t n = 0;
  Link link{};
  std::string filter;
};

/// An event that a stream's cursor has passed although it is not done.
struct StoredPend {
  std::uint32_t endpoint = 0;
  int event_class = 0;
  std::uint32_t generation = 0;
  std::uint64_t n = 0;
  std::uint64_t sequence = 0;
  std::uint64_t key = 0;  ///< XXH3-64 of its partition key
  Link before{};
};

/// A point of a stream's chain.
struct StoredPoint {
  std::uint32_t endpoint = 0;
  int event_class = 0;
  std::uint32_t generation = 0;
  std::uint64_t n = 0;
  std::uint64_t sequence = 0;
  Link link{};  ///< h(n)
};

struct StoredNotice {
  std::uint32_t endpoint = 0;
  std::uint32_t generation = 0;
  std::uint64_t event = 0;  ///< sequence
  std::uint64_t from_sequence = 0;
  std::uint64_t to_sequence = 0;
  std::vector<Loss> losses;
  std::vector<std::string> files;  ///< that what was lost was carried out to
};

struct StoredGap {
  int event_class = 0;
  std::uint64_t from_sequence = 0;
  std::uint64_t to_sequence = 0;
  std::uint64_t from_ordinal = 0;
  std::uint64_t to_ordinal = 0;
  int reason = 0;
  std::vector<StoredNotice> notices;
};

struct StoredBoot {
  std::string uuid;         ///< 16 bytes
  bool is_learned = false;  ///< somebody said what time it was
};

struct StoredId {
  std::uint32_t day = 0;
  std::uint64_t id = 0;  ///< XXH3-64 of its text
  std::uint64_t sequence = 0;
};

struct StoredFloor {
  std::uint64_t sequence = 0;
  std::uint64_t ordinal = 0;
};

struct StoreSnapshot {
  bool is_readable = false;
  std::uint64_t store_id = 0;
  std::uint64_t next_sequence = 0;  ///< one above the highest that was given; 0: none yet
  std::array<StoredFloor, 4> floors{};
  std::array<std::vector<StoredRecord>, 4> logs;
  std::vector<StoredStream> streams;
  std::vector<StoredPend> pend;
  std::vector<StoredPoint> points;  ///< by stream and n
  std::vector<StoredGap> gaps;
  std::vector<StoredId> ids;
  std::map<std::uint32_t, std::string> types;
  std::map<std::string, std::string> kv;
  std::map<std::uint32_t, StoredBoot> boots;
  bool ended_in_order = false;  ///< the last run
  std::uint64_t pages_total = 0;
  std::uint64_t pages_used = 0;
};

/// Of an event id as the table `ids` has it, of a partition key as `pend` has it.
[[nodiscard]] std::uint64_t hash_of_text(const std::string& text);

/// @param folder     that of data.mdb; nobody has it open
/// @param complaints gets what cannot be read, and every value whose check is wrong
[[nodiscard]] StoreSnapshot read_store(const std::string& folder, Complaints& complaints);

}  // namespace chargehook::simulation
