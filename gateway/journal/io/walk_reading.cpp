#include "journal/io/walk_reading.hpp"

#include <optional>
#include <utility>

#include "journal/format/bytes.hpp"
#include "journal/format/sealed_value.hpp"
#include "journal/io/merged_logs.hpp"
#include "journal/io/store_start.hpp"

namespace chargehook::journal::io {
namespace {

/// Walks on from `row`. Keys that do not rise are pages that contradict each other, and could go on for ever.
/// @param take (row) → whether to go on
template <class Take>
model::Result<void> go_on(Cursor& cursor, Table table, std::optional<Row> row, Take take) {
  std::string before;
  bool is_first = true;
  while (row) {
    if (!std::exchange(is_first, false) && row->key <= before) return out_of_order(table, row->key);
    before.assign(row->key);
    if (!take(*row)) return model::success();
    BOOST_OUTCOME_TRY(auto following, cursor.next());
    row = following;
  }
  return model::success();
}

template <class Take>
model::Result<void> read_all(Transaction& transaction, Table table, Take take) {
  BOOST_OUTCOME_TRY(auto cursor, Cursor::open(transaction, table));
  BOOST_OUTCOME_TRY(const auto row, cursor.first());
  return go_on(cursor, table, row, [&](const Row& found) {
    take(found);
    return true;
  });
}

}  // namespace

model::Result<void> WalkReading::step(Environment& environment) {
  BOOST_OUTCOME_TRY(auto transaction, Transaction::begin(environment, Access::read));
  return finish_with(advance(transaction));
}

model::Result<void> WalkReading::advance(Transaction& transaction) {
  switch (phase_) {
    case Phase::tables:
      return read_tables(transaction);
    case Phase::ids:
      return read_ids(transaction, walk_rows_per_transaction);
    case Phase::kv:
      return read_kv(transaction, walk_rows_per_transaction);
    case Phase::records:
      return read_records(transaction);
    case Phase::done:
      break;
  }
  return model::success();
}

/// Pages that contradict each other end the walk: what lies behind them cannot be told.
model::Result<void> WalkReading::finish_with(model::Result<void> done) {
  if (!done) {
    walk_.add({Harm::structure, {}, done.error().message});
    phase_ = Phase::done;
  }
  return done;
}

model::Result<void> WalkReading::read_tables(Transaction& transaction) {
  const auto give = [&](Table table, void (StoreWalk::*take)(std::string_view, std::string_view)) {
    return read_all(transaction, table, [&](const Row& row) { (walk_.*take)(row.key, row.value); });
  };
  BOOST_OUTCOME_TRY(give(Table::meta, &StoreWalk::take_meta));
  BOOST_OUTCOME_TRY(give(Table::boots, &StoreWalk::take_boot));
  BOOST_OUTCOME_TRY(give(Table::types, &StoreWalk::take_type));
  BOOST_OUTCOME_TRY(give(Table::streams, &StoreWalk::take_stream));
  if (transaction.has(Table::pend)) {  // with the cursors that it belongs to
    BOOST_OUTCOME_TRY(give(Table::pend, &StoreWalk::take_pend));
  }
  if (transaction.has(Table::nmap)) {  // the same
    BOOST_OUTCOME_TRY(give(Table::nmap, &StoreWalk::take_nmap));
  }
  BOOST_OUTCOME_TRY(give(Table::gaps, &StoreWalk::take_gap));
  BOOST_OUTCOME_TRY(read_log_ends(transaction));
  // All at once: its rows grow together while others are read.
  if (transaction.has(Table::imported)) {
    BOOST_OUTCOME_TRY(give(Table::imported, &StoreWalk::take_imported));
  }
  phase_ = Phase::ids;
  return model::success();
}

/// A floor that does not verify is found with the other rows of meta.
model::Result<void> WalkReading::read_log_ends(Transaction& transaction) {
  for (const auto event_class : model::all_event_classes) {
    const auto floor = load_floor(transaction, event_class);
    BOOST_OUTCOME_TRY(const auto end, load_log_end(transaction, event_class, floor ? floor.value() : Floor{}));
    walk_.take_log_end(event_class, end);
  }
  return model::success();
}

/// @return whether that was the end of the table
model::Result<bool> WalkReading::read_piece(Transaction& transaction, Table table, std::size_t rows_max,
                                            void (StoreWalk::*take)(std::string_view, std::string_view)) {
  BOOST_OUTCOME_TRY(auto cursor, Cursor::open(transaction, table));
  BOOST_OUTCOME_TRY(const auto row, after_key_.empty() ? cursor.first() : cursor.at_or_after(after_key_ + '\0'));
  std::size_t taken = 0;
  BOOST_OUTCOME_TRY(go_on(cursor, table, row, [&](const Row& found) {
    if (taken == rows_max) return false;
    ++taken;
    after_key_.assign(found.key);
    (walk_.*take)(found.key, found.value);
    return true;
  }));
  if (taken == rows_max) return false;
  after_key_.clear();
  return true;
}

model::Result<void> WalkReading::read_ids(Transaction& transaction, std::size_t rows_max) {
  BOOST_OUTCOME_TRY(const bool is_end, read_piece(transaction, Table::ids, rows_max, &StoreWalk::take_id));
  if (is_end) phase_ = Phase::kv;
  return model::success();
}

model::Result<void> WalkReading::read_kv(Transaction& transaction, std::size_t rows_max) {
  BOOST_OUTCOME_TRY(const bool is_end, read_piece(transaction, Table::kv, rows_max, &StoreWalk::take_kv));
  if (!is_end) return model::success();
  walk_.tables_done();
  phase_ = Phase::records;
  return model::success();
}

model::Result<void> WalkReading::read_records(Transaction& transaction) {
  for (const auto event_class : model::all_event_classes) {
    if (const auto floor = load_floor(transaction, event_class)) walk_.take_floor(event_class, floor.value());
  }
  BOOST_OUTCOME_TRY(auto logs, MergedLogs::open(transaction, after_));
  const model::Sequence end = writers_ == Writers::none ? UINT64_MAX : walk_.end();
  for (std::size_t taken = 0; taken < walk_rows_per_transaction; ++taken) {
    const auto event_class = logs.lowest();
    const auto sequence = event_class ? big_endian(logs.row(*event_class).key.substr(0, 8)) : end;
    if (sequence >= end) {
      walk_.finish();
      phase_ = Phase::done;
      return model::success();
    }
    const Row& row = logs.row(*event_class);
    walk_.take_record(*event_class, row.key, row.value);
    after_ = sequence;
    BOOST_OUTCOME_TRY(logs.advance(*event_class));
  }
  return model::success();
}

model::Result<void> WalkReading::look_at_ends(Environment& environment, std::size_t records) {
  BOOST_OUTCOME_TRY(auto transaction, Transaction::begin(environment, Access::read));
  const auto look = [&]() -> model::Result<void> {
    BOOST_OUTCOME_TRY(read_tables(transaction));
    BOOST_OUTCOME_TRY(read_ids(transaction, SIZE_MAX));
    BOOST_OUTCOME_TRY(read_kv(transaction, SIZE_MAX));
    for (const auto event_class : model::all_event_classes) {
      BOOST_OUTCOME_TRY(read_ends(transaction, event_class, records));
    }
    walk_.finish();
    phase_ = Phase::done;
    return model::success();
  };
  return finish_with(look());
}

model::Result<void> WalkReading::read_ends(Transaction& transaction, model::EventClass event_class,
                                           std::size_t records) {
  const Table table = log_table(event_class);
  BOOST_OUTCOME_TRY(auto cursor, Cursor::open(transaction, table));
  BOOST_OUTCOME_TRY(auto row, cursor.first());
  std::string last_of_head;
  std::size_t taken = 0;
  BOOST_OUTCOME_TRY(go_on(cursor, table, row, [&](const Row& found) {
    walk_.take_record(event_class, found.key, found.value);
    last_of_head.assign(found.key);
    return ++taken < records;
  }));
  if (taken < records) return model::success();
  BOOST_OUTCOME_TRY(row, cursor.last());
  for (std::size_t back = 1; back < records && row && row->key > last_of_head; ++back) {
    BOOST_OUTCOME_TRY(row, cursor.previous());
  }
  if (row && row->key <= last_of_head) {
    BOOST_OUTCOME_TRY(row, cursor.at_or_after(last_of_head + '\0'));
  } else if (row) {
    walk_.skip(event_class, big_endian(row->key.substr(0, sizeof(model::Sequence))));
  }
  return go_on(cursor, table, row, [&](const Row& found) {
    walk_.take_record(event_class, found.key, found.value);
    return true;
  });
}

}  // namespace chargehook::journal::io
