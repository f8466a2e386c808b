/// What goes to the store in one transaction, and what came of it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "journal/format/gap_row.hpp"
#include "journal/format/id_row.hpp"
#include "journal/format/imported_row.hpp"
#include "journal/format/record.hpp"
#include "model/boot_clocks.hpp"
#include "model/chain_point.hpp"
#include "model/pend.hpp"
#include "model/stream.hpp"

namespace chargehook::journal {

enum class BatchId : std::uint64_t {};

/// Limits of the store. What is longer is refused before it comes into a batch; a batch that has it is a bug: asserted.
inline constexpr std::size_t kv_key_bytes_max = 511;
inline constexpr std::size_t kv_value_bytes_max = 64 * 1024;

/// Pages that only a batch which makes room, or of cursors alone, may use: a full map has to stay drainable, and LMDB
/// needs free pages to delete (it was stuck with 35 of them, and drained with 59).
inline constexpr std::uint64_t reserve_pages = 256;

/// A module's state under its owner path ("ocpp/CP-07/…"); no value: delete.
struct KvPut {
  std::string key;                   ///< 1 to kv_key_bytes_max bytes
  std::optional<std::string> value;  ///< at most kv_value_bytes_max
};

/// Deletes the records of a class up to and including `up_to`, at most `records_max` of them in one batch, and points
/// of streams that lie below the floor then: of each stream all but the newest, of a closed one whose cursor is not
/// above the floor that one, too.
struct Trim {
  model::EventClass event_class{};
  model::Sequence up_to = 0;
  std::uint32_t records_max = 2000;
};

/// All of it commits, or nothing.
struct Batch {
  BatchId id{};
  std::vector<RecordPtr> records;         ///< sequence strictly rising, also against all earlier batches
  std::vector<KvPut> kv;                  ///< in order; the last put of a key wins
  std::vector<model::StreamRow> streams;  ///< rows to write in place of the old ones
  std::vector<model::PendPut> pend;       ///< what these have passed although it is not done
  std::vector<model::ChainPoint> points;  ///< of the chain that these have passed
  std::vector<GapPut> gaps;
  std::vector<ImportedPut> imported;
  std::vector<IdRow> ids;      ///< of its records
  std::vector<IdRow> old_ids;  ///< to delete; not one that names another sequence by then
  std::vector<Trim> trims;
  bool keeps_points = false;                 ///< trims leave points of streams alone: to delete them takes pages, too
  bool makes_room = false;                   ///< what it writes serves its trims: it may go into the reserve
  std::optional<model::LearnedClock> clock;  ///< for the row of this opening in `boots`

  [[nodiscard]] bool empty() const {
    return records.empty() && kv.empty() && streams.empty() && pend.empty() && points.empty() && gaps.empty() &&
           trims.empty() && ids.empty() && old_ids.empty() && imported.empty() && !clock;
  }
};
using BatchPtr = std::shared_ptr<const Batch>;

/// A process that has opened the store's file itself and reads under a transaction. LMDB does not use pages again that
/// have become free since its begin.
struct OutsideReader {
  std::int64_t pid = 0;              ///< 0: there is none
  std::uint64_t commits_behind = 0;  ///< how many there have been since its transaction began

  bool operator==(const OutsideReader&) const = default;
};

/// Fill of the map, counted by the writer at each commit. Pages of 4 KiB on all supported machines.
struct Usage {
  std::uint64_t pages_total = 0;
  std::uint64_t pages_used = 0;                                     ///< last page + 1 − free pages
  std::array<std::uint64_t, model::event_class_count> log_pages{};  ///< of these in each class's log
  std::uint64_t pages_claimed = 0;  ///< last page + 1: so many the file has made use of at some time
  std::uint64_t pages_held = 0;     ///< free pages that the outside reader keeps from being used again
  OutsideReader outside_reader{};   ///< of several the one that began first
};

/// What a trim did: the floor is the last sequence and ordinal gone.
struct Trimmed {
  model::EventClass event_class{};
  model::Sequence floor_sequence = 0;
  model::Ordinal floor_ordinal = 0;
  std::uint32_t records = 0;
};

enum class CommitStatus : std::uint8_t {
  committed,
  map_full,  ///< nothing was written, or it would have used the reserve; the batch may be submitted again after a trim
  failed,    ///< EIO, a failed sync: the environment is closed, nothing may be concluded before it is reopened
};

struct CommitResult {
  BatchId id{};
  CommitStatus status = CommitStatus::failed;
  Usage usage;                   ///< after a commit
  std::vector<Trimmed> trimmed;  ///< after a commit
  std::string reason;            ///< in words, unless committed
  bool is_structure = false;     ///< it failed because pages of the file contradict each other
};

/// The last record of a class that is trimmed; zeros while none is.
struct Floor {
  model::Sequence sequence = 0;
  model::Ordinal ordinal = 0;

  bool operator==(const Floor&) const = default;
};

/// What reopening after a failure found: the last sequence in the store says whether the batch in doubt is there.
struct ReopenResult {
  bool open = false;
  model::Sequence last_sequence = 0;  ///< the highest that the store has given; 0: none yet
  Usage usage;
  std::string reason;         ///< in words, unless open
  bool is_structure = false;  ///< … because pages of the file contradict each other
  std::array<Floor, model::event_class_count> floors{};
};

enum class ReadId : std::uint64_t {};

struct ReadRequest {
  ReadId id{};
  model::EventClass event_class{};
  model::Sequence after = 0;  ///< records above this
  std::uint32_t records_max = 256;
  std::uint32_t bytes_max = 256 * 1024;  ///< at least one record is read whatever its size
};

struct ReadResult {
  ReadId id{};
  std::vector<RecordPtr> records;        ///< in order of sequence
  std::vector<model::Sequence> damaged;  ///< records whose check failed; they are not in `records`
  model::Sequence last = 0;              ///< last sequence looked at, sound or damaged; `after` if there was none
  std::string reason;                    ///< why nothing could be read at all, or empty
  bool is_structure = false;             ///< … because pages of the file contradict each other
};

}  // namespace chargehook::journal
