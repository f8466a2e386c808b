/// The look at a whole store: every row's check, and what rows say of each other (docs/formats.md). Takes rows as they
/// are read and touches nothing, so it serves the gateway while it writes, a tool on a stopped store, and a start.
/// Order: rows of the small tables, `tables_done`, records in the order of their sequence, `finish`. Between two
/// transactions the store may have changed: records may have been added (not looked at) and trimmed (`take_floor`).
/// One thread at a time.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "journal/format/boot_rows.hpp"
#include "journal/format/tables.hpp"
#include "journal/imported_ranges.hpp"
#include "journal/sequence_end.hpp"
#include "journal/verify/counting.hpp"
#include "journal/verify/finding.hpp"
#include "journal/verify/stream_recount.hpp"
#include "model/event.hpp"
#include "model/stream.hpp"

namespace chargehook::journal {

class StoreWalk {
 public:
  explicit StoreWalk(Counting counting) : counting_(std::move(counting)) {}

  void take_meta(std::string_view key, std::string_view value);
  void take_boot(std::string_view key, std::string_view value);
  void take_type(std::string_view key, std::string_view value);
  void take_stream(std::string_view key, std::string_view value);
  void take_pend(std::string_view key, std::string_view value);
  void take_nmap(std::string_view key, std::string_view value);
  void take_gap(std::string_view key, std::string_view value);
  void take_imported(std::string_view key, std::string_view value);
  void take_id(std::string_view key, std::string_view value);
  void take_kv(std::string_view key, std::string_view value);

  /// Of the first transaction.
  void take_log_end(model::EventClass event_class, const LogEnd& end) {
    ends_[static_cast<std::size_t>(event_class)] = end;
  }
  void tables_done();

  /// Where a class's log begins by the transaction that the next records come from.
  void take_floor(model::EventClass event_class, const Floor& floor);
  void take_record(model::EventClass event_class, std::string_view key, std::string_view value);

  /// The next record of the class is this one: those before it are not looked at.
  void skip(model::EventClass event_class, model::Sequence next);
  void finish();

  /// Something that the reading came upon: pages that contradict each other.
  void add(Finding finding) { findings_.add(std::move(finding)); }

  [[nodiscard]] const Findings& findings() const { return findings_; }
  [[nodiscard]] std::uint64_t store_id() const { return store_id_; }
  [[nodiscard]] std::uint64_t records_seen() const { return records_seen_; }

  /// Above all records of the first transaction. After `tables_done`.
  [[nodiscard]] model::Sequence end() const { return next_sequence_; }
  [[nodiscard]] std::size_t rows_seen() const { return rows_seen_; }

 private:
  /// What is known of a log so far.
  struct Log {
    Floor floor;
    model::Sequence last = 0;                   ///< sequence of the last record seen, or of the floor
    std::optional<model::Ordinal> expected{1};  ///< ordinal of the next record; nothing: any
  };

  [[nodiscard]] Log& log(model::EventClass event_class) { return logs_[static_cast<std::size_t>(event_class)]; }
  void add_row(const model::Error& error);
  void add_row(std::string where, std::string what);
  void add_numbers(std::string where, std::string what);
  void judge_meta();
  void judge_ends();
  void judge_boot(const Record& record, const std::string& where);
  void judge_streams();
  [[nodiscard]] bool is_known(const model::StreamId& stream) const;
  [[nodiscard]] StreamRecount* recount_of(const model::StreamId& stream);
  void judge_points();
  void judge_pend();
  void add_pend(const model::PendRow& row, std::string what);
  void add_point(const model::ChainPoint& point, std::string what);
  void judge_place(model::EventClass event_class, model::Sequence sequence, const std::string& where);
  void judge_ordinal(model::EventClass event_class, model::Sequence sequence, model::Ordinal ordinal,
                     const std::string& where);
  void count(model::EventClass event_class, model::Sequence sequence, std::string_view value, const std::string& where);
  void miss(model::EventClass event_class, model::Sequence from, model::Sequence up_to);

  Counting counting_;
  Findings findings_;
  std::uint64_t store_id_ = 0;
  model::Sequence next_sequence_min_ = 0;
  model::Sequence next_sequence_ = 0;
  LogEnds ends_{};
  std::set<std::string, std::less<>> meta_seen_;
  BootRows boots_;  ///< the sound ones
  std::set<std::uint32_t> unreadable_boots_;
  ImportedRanges imported_;
  std::map<std::uint32_t, std::string> types_;
  std::map<std::uint32_t, std::string> endpoint_names_;
  std::vector<model::StreamRow> rows_;
  std::set<std::string, std::less<>> unreadable_streams_;             ///< keys
  std::vector<model::PendRow> pend_;                                  ///< until the streams are known
  std::map<model::StreamId, std::vector<model::ChainPoint>> points_;  ///< the same, by n
  std::vector<StreamRecount> recounts_;
  std::array<Log, model::event_class_count> logs_{};
  model::Sequence last_of_any_ = 0;
  std::uint64_t records_seen_ = 0;
  std::size_t rows_seen_ = 0;
};

}  // namespace chargehook::journal
