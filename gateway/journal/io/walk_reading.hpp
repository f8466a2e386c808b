/// Reads a store for StoreWalk, in transactions so short that the writer beside them has its free pages back soon.
#pragma once

#include <cstdint>
#include <string>

#include "journal/io/lmdb_environment.hpp"
#include "journal/verify/store_walk.hpp"
#include "model/result.hpp"

namespace chargehook::journal::io {

inline constexpr std::size_t walk_rows_per_transaction = 256;

/// Whether somebody writes while the store is read: what is added meanwhile is not looked at.
enum class Writers : std::uint8_t { none, running };

/// Where a walk is: what the next transaction begins with. Copied by nobody; one thread at a time.
class WalkReading {
 public:
  WalkReading(Counting counting, Writers writers) : walk_(std::move(counting)), writers_(writers) {}

  /// One transaction's worth: the small tables, then 256 known ids, rows of module state or 256 records at a time.
  /// @return what LMDB says if the pages contradict each other: it is among the findings too, and the walk is done
  [[nodiscard]] model::Result<void> step(Environment& environment);

  /// The small tables, all ids and module state, and this many records at each end of each log, in one transaction.
  [[nodiscard]] model::Result<void> look_at_ends(Environment& environment, std::size_t records);

  [[nodiscard]] bool done() const { return phase_ == Phase::done; }
  [[nodiscard]] StoreWalk& walk() { return walk_; }
  [[nodiscard]] const StoreWalk& walk() const { return walk_; }

 private:
  enum class Phase : std::uint8_t { tables, ids, kv, records, done };

  [[nodiscard]] model::Result<void> advance(Transaction& transaction);
  [[nodiscard]] model::Result<void> read_tables(Transaction& transaction);
  [[nodiscard]] model::Result<void> read_log_ends(Transaction& transaction);
  [[nodiscard]] model::Result<void> read_ids(Transaction& transaction, std::size_t rows_max);
  [[nodiscard]] model::Result<void> read_kv(Transaction& transaction, std::size_t rows_max);
  [[nodiscard]] model::Result<bool> read_piece(Transaction& transaction, Table table, std::size_t rows_max,
                                               void (StoreWalk::*take)(std::string_view, std::string_view));
  [[nodiscard]] model::Result<void> read_records(Transaction& transaction);
  [[nodiscard]] model::Result<void> read_ends(Transaction& transaction, model::EventClass event_class,
                                              std::size_t records);
  [[nodiscard]] model::Result<void> finish_with(model::Result<void> done);

  StoreWalk walk_;
  Writers writers_;
  Phase phase_ = Phase::tables;
  std::string after_key_;  ///< of the table that is read piece by piece
  model::Sequence after_ = 0;
};

}  // namespace chargehook::journal::io
