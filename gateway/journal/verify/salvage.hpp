/// What can be read of a damaged store, gathered row by row, and what a store that goes on from it begins with. Every
/// row carries a check over its table, key and content, so a row that verifies was written by us, wherever it is found.
/// Pages that LMDB has not used again hold older rows: of what never changes (records, event types, names of endpoints)
/// and of what only rises (cursors, floors) they are as good; of module state they are not. Older rows of `pend` count
/// where those of the newest state are not all there: rather is an event sent again. Points of chains are not carried
/// over: streams begin anew. Pure; one thread.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "journal/batch.hpp"
#include "journal/format/boot_rows.hpp"
#include "journal/format/gap_row.hpp"
#include "journal/format/id_row.hpp"
#include "journal/format/origin_row.hpp"
#include "journal/format/tables.hpp"
#include "journal/imported_ranges.hpp"
#include "journal/verify/counting.hpp"

namespace chargehook::journal {

/// Whether the row hangs in the tree of the newest state, or was found beside it.
enum class Found : std::uint8_t { in_place, beside };

/// Where a record lies in the damaged file.
struct RecordPlace {
  model::Sequence sequence = 0;
  std::uint32_t page = 0;
  std::uint32_t entry = 0;  ///< among those of the page
  std::uint32_t boot = 0;
  model::Ordinal ordinal = 0;
  model::EventClass event_class{};
  Found found = Found::beside;
};

/// Records of one class, side by side in its log, that are not found again.
struct Hole {
  model::Sequence from_sequence = 0;  ///< none of them is below
  model::Sequence to_sequence = 0;    ///< nor above
  model::Ordinal from_ordinal = 0;
  model::Ordinal to_ordinal = 0;

  [[nodiscard]] std::uint64_t records() const { return to_ordinal - from_ordinal + 1; }
};

class Salvage {
 public:
  /// Any entry of any leaf; those in place first. @return whether it is a row of ours
  bool take(std::string_view key, std::string_view value, Found found, std::uint32_t page, std::uint32_t entry);

  /// How many rows a table has, as the newest state says.
  void take_table(std::string_view name, std::uint64_t rows);

  /// Nobody knows which state is the newest: what lies beyond the end that one names may have been committed.
  void doubt_end() { is_end_doubtful_ = true; }

  /// After the last `take`: sorts records by sequence, one of each, and leaves out what is trimmed or never committed.
  void settle();

  [[nodiscard]] std::uint64_t rows() const { return rows_; }
  [[nodiscard]] const std::vector<RecordPlace>& records() const { return records_; }
  [[nodiscard]] std::uint64_t store_id() const { return store_id_; }
  [[nodiscard]] std::optional<std::uint64_t> newer_format() const { return newer_format_; }

  /// Above all that the damaged store has given, as far as it still says.
  [[nodiscard]] model::Sequence next_sequence() const;

  [[nodiscard]] const std::string* type_text(std::uint32_t id) const;
  /// Of a class, in order. At its end only where the newest state says how many records there were.
  [[nodiscard]] std::vector<Hole> holes(model::EventClass event_class) const;

  /// Rows of the store that goes on.
  [[nodiscard]] const std::map<std::string, std::string>& kv() const { return kv_; }
  [[nodiscard]] const std::map<std::uint32_t, std::string>& types() const { return types_; }
  [[nodiscard]] BootRows boots() const;
  [[nodiscard]] const std::vector<StoreOrigin>& origins() const { return origins_; }
  /// What was imported: of the newest state alone, since older rows may be of commits that never were.
  [[nodiscard]] const ImportedRanges& imported() const { return imported_; }

  /// Of the newest state alone: a row goes when all of it is told.
  [[nodiscard]] const std::vector<GapRow>& gaps() const { return gaps_; }
  /// By key.
  [[nodiscard]] const std::map<std::string, IdRow>& ids() const { return ids_; }
  [[nodiscard]] const Floor& floor(model::EventClass event_class) const {
    return floors_[static_cast<std::size_t>(event_class)];
  }
  /// Up to where all of an old stream was done: its cursor, or what lies before the first that it has passed although
  /// it was not done.
  [[nodiscard]] model::Sequence resume_at(const model::StreamRow& stream) const;
  /// As the damaged store had them, closed ones too.
  [[nodiscard]] const std::map<std::string, model::StreamRow>& old_streams() const { return streams_; }

  /// The open streams, in new generations. They begin before what a cursor has passed although it is not done.
  /// @param first_new sequence of the first record that is carried over; the others follow without a hole
  [[nodiscard]] std::vector<model::StreamRow> streams(std::uint64_t store_id, model::Sequence first_new,
                                                      const Counting& counting) const;

 private:
  /// The last record of a class; zeros: none.
  struct Last {
    model::Sequence sequence = 0;
    model::Ordinal ordinal = 0;
  };

  /// The lowest sequences of a stream's rows in `pend`, 0: none.
  struct PendFound {
    model::Sequence in_place = 0;
    model::Sequence anywhere = 0;
  };

  bool take_meta(std::string_view key, std::string_view value, Found found);
  bool take_boot(std::string_view key, std::string_view value);
  bool take_type(std::string_view key, std::string_view value, Found found);
  bool take_stream(std::string_view key, std::string_view value, Found found);
  bool take_pend(std::string_view key, std::string_view value, Found found);
  bool take_kv(std::string_view key, std::string_view value, Found found);
  bool take_imported(std::string_view key, std::string_view value, Found found);
  bool take_gap(std::string_view key, std::string_view value, Found found);
  bool take_id(std::string_view key, std::string_view value, Found found);
  bool take_record(std::string_view key, std::string_view value, RecordPlace place);
  [[nodiscard]] std::optional<model::Sequence> end_of(std::size_t event_class) const;
  [[nodiscard]] bool is_gone(const RecordPlace& record) const;
  [[nodiscard]] model::Sequence leap() const;

  std::uint64_t rows_ = 0;
  std::uint64_t store_id_ = 0;
  std::optional<std::uint64_t> newer_format_;
  model::Sequence next_sequence_min_ = 0;
  bool is_end_doubtful_ = false;
  std::array<Floor, model::event_class_count> floors_{};
  std::array<std::optional<Floor>, model::event_class_count> floors_in_place_{};
  std::array<std::optional<std::uint64_t>, model::event_class_count> rows_of_logs_{};  ///< by the newest state
  std::array<Last, model::event_class_count> last_in_place_{};
  std::array<std::optional<model::Sequence>, model::event_class_count> ends_{};  ///< of logs, by the newest state
  std::vector<StoreOrigin> origins_;
  ImportedRanges imported_;
  BootRows boots_;
  std::map<std::uint32_t, std::string> types_;
  std::set<std::uint32_t> types_in_place_;
  std::set<std::uint32_t> doubtful_types_;           ///< two texts were found beside the newest state, and none in it
  std::map<std::string, model::StreamRow> streams_;  ///< by key
  std::map<model::StreamId, model::Sequence> cursors_in_place_;  ///< by the newest state
  std::map<model::StreamId, PendFound> pend_;
  std::optional<std::uint64_t> rows_of_pend_;  ///< by the newest state
  std::uint64_t pend_in_place_ = 0;
  std::map<std::string, std::string> kv_;
  std::vector<GapRow> gaps_;
  std::map<std::string, IdRow> ids_;
  std::vector<RecordPlace> records_;
};

}  // namespace chargehook::journal
