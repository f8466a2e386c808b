#include "journal/io/batch_rows.hpp"

#include <algorithm>

#include "journal/format/bytes.hpp"
#include "journal/format/gap_row.hpp"
#include "journal/format/id_row.hpp"
#include "journal/format/imported_row.hpp"
#include "journal/format/nmap_row.hpp"
#include "journal/format/pend_row.hpp"
#include "journal/format/record.hpp"
#include "journal/format/tables.hpp"
#include "journal/io/chain_point_trim.hpp"

namespace chargehook::journal::io {
namespace {

/// The id of a type, given now if this is the first record of it.
model::Result<std::uint32_t> type_id(Transaction& transaction, const std::string& type, const TypeIds& known,
                                     TypeIds& given) {
  if (const auto found = known.find(type); found != known.end()) return found->second;
  if (const auto found = given.find(type); found != given.end()) return found->second;
  std::uint32_t highest = 0;
  for (const TypeIds* ids : {&known, static_cast<const TypeIds*>(&given)}) {
    for (const auto& [text, id] : *ids) highest = std::max(highest, id);
  }
  const std::uint32_t id = highest + 1;
  BOOST_OUTCOME_TRY(transaction.append(Table::types, type_key(id), encode_type(id, type)));
  given.emplace(type, id);
  return id;
}

model::Result<void> append_records(Transaction& transaction, const Batch& batch, const TypeIds& types,
                                   Written& written) {
  for (const RecordPtr& record : batch.records) {
    CHARGEHOOK_ASSERT(record->sequence >= written.next_sequence && record->sequence > 0);
    BOOST_OUTCOME_TRY(const auto id, type_id(transaction, record->event.type, types, written.new_types));
    const std::string value = encode_record(*record, id);
    CHARGEHOOK_ASSERT(value.size() <= record_bytes_max);
    BOOST_OUTCOME_TRY(transaction.append(log_table(record->event.event_class), key_u64(record->sequence), value));
    written.next_sequence = record->sequence + 1;
  }
  return model::success();
}

/// Deletes from the head of the log. The ordinal of a record that does not verify follows from its place: ordinals
/// are contiguous.
model::Result<Trimmed> trim_log(Transaction& transaction, const Trim& trim) {
  BOOST_OUTCOME_TRY(const auto old_floor, load_floor(transaction, trim.event_class));
  Trimmed trimmed{trim.event_class, old_floor.sequence, old_floor.ordinal, 0};
  BOOST_OUTCOME_TRY(auto cursor, Cursor::open(transaction, log_table(trim.event_class)));
  while (trimmed.records < trim.records_max) {
    BOOST_OUTCOME_TRY(const auto head, cursor.first());
    if (!head) break;
    const model::Sequence sequence = big_endian(head->key);
    if (sequence > trim.up_to) break;
    const auto header = decode_header(trim.event_class, sequence, head->value);
    trimmed.floor_ordinal = header ? header.value().ordinal : trimmed.floor_ordinal + 1;
    trimmed.floor_sequence = sequence;
    BOOST_OUTCOME_TRY(cursor.erase());
    ++trimmed.records;
  }
  return trimmed;
}

model::Result<void> trim_logs(Transaction& transaction, const Batch& batch, Written& written) {
  for (const Trim& trim : batch.trims) {
    BOOST_OUTCOME_TRY(const auto trimmed, trim_log(transaction, trim));
    const Floor floor{trimmed.floor_sequence, trimmed.floor_ordinal};
    const std::string key = meta_key::floor(trim.event_class);
    if (trimmed.records > 0) {
      BOOST_OUTCOME_TRY(transaction.put(Table::meta, key, encode_floor(trim.event_class, floor)));
    }
    written.trimmed.push_back(trimmed);
  }
  return model::success();
}

model::Result<void> put_pend(Transaction& transaction, const Batch& batch) {
  for (const model::PendPut& put : batch.pend) {
    const std::string key = pend_key(put.stream, put.n);
    BOOST_OUTCOME_TRY(put.row ? transaction.put(Table::pend, key, encode_pend(*put.row))
                              : transaction.erase(Table::pend, key));
  }
  return model::success();
}

model::Result<void> put_points(Transaction& transaction, const Batch& batch, const Written& written) {
  for (const model::ChainPoint& point : batch.points) {
    BOOST_OUTCOME_TRY(transaction.put(Table::nmap, nmap_key(point.stream, point.n), encode_nmap(point)));
  }
  for (const Trimmed& trimmed : written.trimmed) {
    if (trimmed.records == 0 || batch.keeps_points) continue;
    BOOST_OUTCOME_TRY(trim_chain_points(transaction, trimmed.event_class, trimmed.floor_sequence));
  }
  return model::success();
}

model::Result<void> put_rows(Transaction& transaction, const Batch& batch) {
  for (const KvPut& put : batch.kv) {
    CHARGEHOOK_ASSERT(!put.key.empty() && put.key.size() <= kv_key_bytes_max);
    if (!put.value) {
      BOOST_OUTCOME_TRY(transaction.erase(Table::kv, put.key));
      continue;
    }
    CHARGEHOOK_ASSERT(put.value->size() <= kv_value_bytes_max);
    BOOST_OUTCOME_TRY(transaction.put(Table::kv, put.key, encode_kv(put.key, *put.value)));
  }
  for (const model::StreamRow& row : batch.streams) {
    BOOST_OUTCOME_TRY(transaction.put(Table::streams, stream_key(row.id), encode_stream(row)));
  }
  for (const GapPut& put : batch.gaps) {
    const std::string key = gap_key(put.event_class, put.from_sequence);
    BOOST_OUTCOME_TRY(put.row ? transaction.put(Table::gaps, key, encode_gap(*put.row))
                              : transaction.erase(Table::gaps, key));
  }
  return model::success();
}

/// An old row stays if the same id has been put again under the same key since.
model::Result<void> drop_old_id(Transaction& transaction, const IdRow& old) {
  const std::string key = id_key(old);
  BOOST_OUTCOME_TRY(const auto value, transaction.get(Table::ids, key));
  if (!value) return model::success();
  const auto present = decode_id(key, *value);
  if (present && present.value().sequence != old.sequence) return model::success();
  return transaction.erase(Table::ids, key);
}

model::Result<void> put_ids(Transaction& transaction, const Batch& batch) {
  for (const IdRow& old : batch.old_ids) {
    BOOST_OUTCOME_TRY(drop_old_id(transaction, old));
  }
  for (const IdRow& row : batch.ids) {
    BOOST_OUTCOME_TRY(transaction.put(Table::ids, id_key(row), encode_id(row)));
  }
  return model::success();
}

model::Result<void> put_imported(Transaction& transaction, const Batch& batch) {
  for (const ImportedPut& put : batch.imported) {
    const std::string key = imported_key(put.store_id, put.from);
    BOOST_OUTCOME_TRY(put.to ? transaction.put(Table::imported, key, encode_imported({put.store_id, put.from, *put.to}))
                             : transaction.erase(Table::imported, key));
  }
  return model::success();
}

/// Only what makes room, or moves cursors and opens streams so that room can be made, may go into the reserve.
model::Result<void> keep_reserve(Transaction& transaction, const Batch& batch) {
  if (batch.records.empty() || batch.makes_room) return model::success();
  BOOST_OUTCOME_TRY(const auto usage, transaction.usage());
  if (usage.pages_used + reserve_pages <= usage.pages_total) return model::success();
  return model::Error{"map_full", std::to_string(usage.pages_used) + " of " + std::to_string(usage.pages_total) +
                                      " pages would be used; " + std::to_string(reserve_pages) + " stay for trims"};
}

}  // namespace

model::Result<Written> write_batch(Transaction& transaction, const Batch& batch, const TypeIds& types,
                                   model::Sequence next_sequence) {
  Written written{.next_sequence = next_sequence, .new_types = {}, .trimmed = {}};
  BOOST_OUTCOME_TRY(trim_logs(transaction, batch, written));
  BOOST_OUTCOME_TRY(put_rows(transaction, batch));
  BOOST_OUTCOME_TRY(put_pend(transaction, batch));
  BOOST_OUTCOME_TRY(put_points(transaction, batch, written));
  BOOST_OUTCOME_TRY(put_ids(transaction, batch));
  BOOST_OUTCOME_TRY(put_imported(transaction, batch));
  BOOST_OUTCOME_TRY(append_records(transaction, batch, types, written));
  BOOST_OUTCOME_TRY(keep_reserve(transaction, batch));
  return written;
}

}  // namespace chargehook::journal::io
