#include "journal/io/store_start.hpp"

#include <algorithm>

#include "journal/format/boot_rows.hpp"
#include "journal/format/bytes.hpp"
#include "journal/format/gap_row.hpp"
#include "journal/format/id_row.hpp"
#include "journal/format/imported_row.hpp"
#include "journal/format/pend_row.hpp"
#include "journal/format/record.hpp"

namespace chargehook::journal::io {
namespace {

model::Error damaged(const std::string& message) { return {"damaged", message}; }

/// What a decoder says, as the verdict of the start. A newer version of one value counts as damage too: `format` would
/// have said so of an honest store.
template <class T>
model::Result<T> needed(model::Result<T> decoded) {
  if (!decoded) return damaged(decoded.error().message);
  return decoded;
}

model::Result<std::string_view> meta_value(Transaction& transaction, std::string_view key) {
  BOOST_OUTCOME_TRY(const auto value, transaction.get(Table::meta, key));
  if (!value) return damaged("meta has no row " + std::string{key});
  return *value;
}

model::Result<std::uint64_t> meta_number(Transaction& transaction, std::string_view key) {
  BOOST_OUTCOME_TRY(const auto value, meta_value(transaction, key));
  return needed(decode_meta_number(key, value));
}

/// Walks a table from its head and hands each row to `take`, which may end the walk with an error.
template <class Take>
model::Result<void> for_each_row(Transaction& transaction, Table table, Take take) {
  BOOST_OUTCOME_TRY(auto cursor, Cursor::open(transaction, table));
  BOOST_OUTCOME_TRY(auto row, cursor.first());
  while (row) {
    BOOST_OUTCOME_TRY(take(*row));
    BOOST_OUTCOME_TRY(auto following, cursor.next());
    row = following;
  }
  return model::success();
}

model::Error bad_key(Table table) { return damaged(std::string{name_of(table)} + " has a key of another length"); }

model::Result<void> load_log(Transaction& transaction, model::EventClass event_class, StoredState& state) {
  BOOST_OUTCOME_TRY(const auto floor, load_floor(transaction, event_class));
  BOOST_OUTCOME_TRY(const auto end, load_log_end(transaction, event_class, floor));
  state.logs[model::index_of(event_class)] = {end.last, end.last_ordinal, floor.sequence, floor.ordinal};
  state.last_recorded = std::max(state.last_recorded, end.last_recorded);
  return model::success();
}

/// A row that does not verify counts as a run that did not end in order.
model::Result<bool> stopped_cleanly(Transaction& transaction) {
  BOOST_OUTCOME_TRY(const auto index, last_boot(transaction));
  if (index == 0) return true;  // made just now: no run yet that could have ended badly
  BOOST_OUTCOME_TRY(const auto value, transaction.get(Table::boots, boot_key(index)));
  if (!value) return false;
  const auto row = decode_boot(index, *value);
  return row && row.value().clean_stop.has_value();
}

/// A row that does not verify is left out: what was learned in that boot is lost, its events keep the time they have.
model::Result<BootRows> load_boot_rows(Transaction& transaction) {
  BootRows rows;
  BOOST_OUTCOME_TRY(for_each_row(transaction, Table::boots, [&](const Row& row) -> model::Result<void> {
    if (row.key.size() != sizeof(std::uint32_t)) return bad_key(Table::boots);
    const auto index = static_cast<std::uint32_t>(big_endian(row.key));
    if (const auto boot = decode_boot(index, row.value)) rows.emplace(index, boot.value());
    return model::success();
  }));
  return rows;
}

/// The opening in which the oldest record of all logs was admitted; nothing if the head of a log does not tell.
model::Result<std::optional<std::uint32_t>> oldest_boot(Transaction& transaction) {
  BOOST_OUTCOME_TRY(std::uint32_t oldest, last_boot(transaction));
  for (const auto event_class : model::all_event_classes) {
    BOOST_OUTCOME_TRY(auto cursor, Cursor::open(transaction, log_table(event_class)));
    BOOST_OUTCOME_TRY(const auto head, cursor.first());
    if (!head) continue;
    if (head->key.size() != sizeof(model::Sequence)) return bad_key(log_table(event_class));
    const auto record = decode_record(event_class, big_endian(head->key), head->value, {});
    if (!record || record.value().boot == boot_of_imported) return std::optional<std::uint32_t>{};
    oldest = std::min(oldest, record.value().boot);
  }
  return std::optional{oldest};
}

model::Result<void> load_boots(Transaction& transaction, StoredState& state) {
  BOOST_OUTCOME_TRY(const auto rows, load_boot_rows(transaction));
  for (const auto& [index, row] : rows) {
    state.boots.push_back({index, row.boot_uuid, row.learned});
    state.newest_known = std::max(state.newest_known, newest_known(row));
  }
  return model::success();
}

/// A row that does not verify costs no more than that one event may be stored twice: no reason not to start.
model::Result<void> load_ids(Transaction& transaction, StoredState& state) {
  return for_each_row(transaction, Table::ids, [&](const Row& row) -> model::Result<void> {
    auto id = decode_id(row.key, row.value);
    if (id) {
      state.ids.push_back(id.value());
    } else if (const auto key = id_of_key(row.key)) {
      state.damaged_ids.push_back(*key);
    }
    return model::success();
  });
}

model::Result<void> load_rows(Transaction& transaction, StoredState& state) {
  BOOST_OUTCOME_TRY(for_each_row(transaction, Table::streams, [&](const Row& row) -> model::Result<void> {
    BOOST_OUTCOME_TRY(auto stream, needed(decode_stream(row.key, row.value)));
    state.streams.push_back(std::move(stream));
    return model::success();
  }));
  BOOST_OUTCOME_TRY(for_each_row(transaction, Table::pend, [&](const Row& row) -> model::Result<void> {
    BOOST_OUTCOME_TRY(const auto pend, needed(decode_pend(row.key, row.value)));
    state.pend.push_back(pend);
    return model::success();
  }));
  BOOST_OUTCOME_TRY(for_each_row(transaction, Table::gaps, [&](const Row& row) -> model::Result<void> {
    BOOST_OUTCOME_TRY(auto gap, needed(decode_gap(row.key, row.value)));
    state.gaps.push_back(std::move(gap));
    return model::success();
  }));
  BOOST_OUTCOME_TRY(for_each_row(transaction, Table::imported, [&](const Row& row) -> model::Result<void> {
    BOOST_OUTCOME_TRY(const auto imported, needed(decode_imported(row.key, row.value)));
    state.imported.push_back(imported);
    return model::success();
  }));
  BOOST_OUTCOME_TRY(load_ids(transaction, state));
  return for_each_row(transaction, Table::kv, [&](const Row& row) -> model::Result<void> {
    BOOST_OUTCOME_TRY(auto content, needed(decode_kv(row.key, row.value)));
    state.kv.emplace_hint(state.kv.end(), row.key, std::move(content));
    return model::success();
  });
}

/// A stream would pass over records that get a sequence below its cursor.
model::Result<void> check_cursors(const StoredState& state) {
  for (const auto& row : state.streams) {
    if (row.cursor.sequence < std::max<model::Sequence>(state.next_sequence, 1)) continue;
    return damaged("the cursor of a stream is at " + std::to_string(row.cursor.sequence) +
                   ", and the logs end before " + std::to_string(state.next_sequence));
  }
  return model::success();
}

}  // namespace

model::Result<void> write_first_rows(Transaction& transaction, std::uint64_t store_id, const model::Now& now,
                                     std::uint64_t machine) {
  BOOST_OUTCOME_TRY(transaction.open_tables(Tables::create));
  const auto put_number = [&](std::string_view key, std::uint64_t number) {
    return transaction.put(Table::meta, key, encode_meta_number(key, number));
  };
  BOOST_OUTCOME_TRY(put_number(meta_key::format, store_format));
  BOOST_OUTCOME_TRY(put_number(meta_key::min_reader, store_min_reader));
  BOOST_OUTCOME_TRY(put_number(meta_key::store_id, store_id));
  BOOST_OUTCOME_TRY(put_number(meta_key::next_sequence_min, 0));
  BOOST_OUTCOME_TRY(put_number(meta_key::machine, machine));
  for (const auto event_class : model::all_event_classes) {
    BOOST_OUTCOME_TRY(transaction.put(Table::meta, meta_key::floor(event_class), encode_floor(event_class, {})));
  }
  return transaction.put(Table::meta, meta_key::created, encode_created({now.wall, now.quality}));
}

model::Result<void> check_format(Transaction& transaction) {
  const auto opened = transaction.open_table(Table::meta, Tables::must_exist);
  if (!opened && opened.error().code == "not_found") {
    return model::Error{"not_a_store", "an LMDB file without the table meta: not a store of this program"};
  }
  BOOST_OUTCOME_TRY(opened);
  BOOST_OUTCOME_TRY(const auto value, transaction.get(Table::meta, meta_key::format));
  if (!value) return model::Error{"not_a_store", "its meta has no row format: not a store of this program"};
  BOOST_OUTCOME_TRY(const auto format, needed(decode_meta_number(meta_key::format, *value)));
  if (format == store_format) return model::success();
  return model::Error{"format", "the store has format " + std::to_string(format) +
                                    ", this program knows formats up to " + std::to_string(store_format)};
}

model::Result<StoredState> load_state(Transaction& transaction) {
  StoredState state;
  BOOST_OUTCOME_TRY(state.store_id, meta_number(transaction, meta_key::store_id));
  BOOST_OUTCOME_TRY(state.next_sequence, load_next_sequence(transaction));
  BOOST_OUTCOME_TRY(const auto origins, transaction.get(Table::meta, meta_key::origins));
  if (origins) {
    BOOST_OUTCOME_TRY(state.origins, needed(decode_origins(*origins)));
  }
  BOOST_OUTCOME_TRY(state.clean_stop, stopped_cleanly(transaction));
  for (const auto event_class : model::all_event_classes) {
    BOOST_OUTCOME_TRY(load_log(transaction, event_class, state));
  }
  BOOST_OUTCOME_TRY(load_rows(transaction, state));
  BOOST_OUTCOME_TRY(check_cursors(state));
  BOOST_OUTCOME_TRY(load_boots(transaction, state));
  return state;
}

model::Result<void> open_all_tables(Environment& environment) {
  BOOST_OUTCOME_TRY(auto transaction, Transaction::begin(environment, Access::read));
  BOOST_OUTCOME_TRY(transaction.open_tables(Tables::must_exist));
  return transaction.commit();  // keeps the handles of the tables
}

model::Result<TypeIds> load_types(Transaction& transaction) {
  TypeIds types;
  BOOST_OUTCOME_TRY(for_each_row(transaction, Table::types, [&](const Row& row) -> model::Result<void> {
    if (row.key.size() != sizeof(std::uint32_t)) return bad_key(Table::types);
    const auto id = static_cast<std::uint32_t>(big_endian(row.key));
    BOOST_OUTCOME_TRY(auto text, needed(decode_type(id, row.value)));
    types.emplace(std::move(text), id);
    return model::success();
  }));
  return types;
}

/// Ordinals are contiguous, so each record behind the last one that verifies counts one.
model::Result<LogEnd> load_log_end(Transaction& transaction, model::EventClass event_class, const Floor& floor) {
  const Table table = log_table(event_class);
  BOOST_OUTCOME_TRY(auto cursor, Cursor::open(transaction, table));
  BOOST_OUTCOME_TRY(auto row, cursor.last());
  LogEnd end{floor.sequence, floor.sequence, floor.ordinal};
  model::Ordinal damaged_behind = 0;
  for (; row; ++damaged_behind) {
    if (row->key.size() != sizeof(model::Sequence)) return bad_key(table);
    const model::Sequence sequence = big_endian(row->key);
    if (damaged_behind == 0) end.last = sequence;
    if (const auto record = decode_untyped(event_class, sequence, row->value)) {
      end.last_sound = sequence;
      end.last_ordinal = record.value().record.ordinal;
      end.last_recorded = record.value().record.recorded;
      break;
    }
    BOOST_OUTCOME_TRY(auto before, cursor.previous());
    row = before;
  }
  end.last_ordinal += damaged_behind;
  return end;
}

model::Result<model::Sequence> load_next_sequence(Transaction& transaction) {
  BOOST_OUTCOME_TRY(const auto least, meta_number(transaction, meta_key::next_sequence_min));
  LogEnds ends;
  for (const auto event_class : model::all_event_classes) {
    BOOST_OUTCOME_TRY(const auto floor, load_floor(transaction, event_class));
    BOOST_OUTCOME_TRY(ends[model::index_of(event_class)], load_log_end(transaction, event_class, floor));
  }
  return needed(next_sequence(least, ends));
}

model::Result<std::uint32_t> last_boot(Transaction& transaction) {
  BOOST_OUTCOME_TRY(auto cursor, Cursor::open(transaction, Table::boots));
  BOOST_OUTCOME_TRY(const auto row, cursor.last());
  if (!row) return std::uint32_t{0};
  if (row->key.size() != sizeof(std::uint32_t)) return bad_key(Table::boots);
  return static_cast<std::uint32_t>(big_endian(row->key));
}

model::Result<void> drop_old_boots(Transaction& transaction) {
  BOOST_OUTCOME_TRY(const auto rows, load_boot_rows(transaction));
  BOOST_OUTCOME_TRY(const auto oldest, oldest_boot(transaction));
  for (const std::uint32_t boot : boots_to_drop(rows, oldest)) {
    BOOST_OUTCOME_TRY(transaction.erase(Table::boots, boot_key(boot)));
  }
  return model::success();
}

model::Result<Floor> load_floor(Transaction& transaction, model::EventClass event_class) {
  BOOST_OUTCOME_TRY(const auto value, meta_value(transaction, meta_key::floor(event_class)));
  return needed(decode_floor(event_class, value));
}

}  // namespace chargehook::journal::io
