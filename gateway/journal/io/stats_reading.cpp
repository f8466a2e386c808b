#include "journal/io/stats_reading.hpp"

#include <map>

#include "journal/format/bytes.hpp"
#include "journal/format/endpoint_key.hpp"
#include "journal/format/lmdb_page.hpp"
#include "journal/format/pend_row.hpp"
#include "journal/format/record.hpp"
#include "journal/format/tables.hpp"
#include "journal/io/store_start.hpp"

namespace chargehook::journal::io {
namespace {

struct Place {
  LogPlace at;
  model::Ordinal ordinal = 0;
};

/// The first sound record from `row` on, in the direction of `advance`.
template <class Advance>
model::Result<std::optional<Place>> sound_record(model::EventClass event_class, std::optional<Row> row,
                                                 Advance advance) {
  while (row) {
    const model::Sequence sequence = big_endian(row->key.substr(0, sizeof(model::Sequence)));
    if (const auto record = decode_record(event_class, sequence, row->value, {})) {
      return std::optional{Place{{sequence, record.value().recorded}, record.value().ordinal}};
    }
    BOOST_OUTCOME_TRY(row, advance());
  }
  return std::optional<Place>{};
}

model::Result<std::optional<Place>> first_after(Transaction& transaction, model::EventClass event_class,
                                                model::Sequence sequence) {
  BOOST_OUTCOME_TRY(auto cursor, Cursor::open(transaction, log_table(event_class)));
  BOOST_OUTCOME_TRY(auto row, cursor.at_or_after(key_u64(sequence + 1)));
  return sound_record(event_class, row, [&] { return cursor.next(); });
}

model::Result<std::optional<Place>> last_of(Transaction& transaction, model::EventClass event_class) {
  BOOST_OUTCOME_TRY(auto cursor, Cursor::open(transaction, log_table(event_class)));
  BOOST_OUTCOME_TRY(auto row, cursor.last());
  return sound_record(event_class, row, [&] { return cursor.previous(); });
}

model::Result<ClassStats> class_stats(Transaction& transaction, model::EventClass event_class) {
  ClassStats stats;
  BOOST_OUTCOME_TRY(const auto oldest, first_after(transaction, event_class, 0));
  BOOST_OUTCOME_TRY(const auto newest, last_of(transaction, event_class));
  BOOST_OUTCOME_TRY(const auto pages, transaction.pages_of(log_table(event_class)));
  stats.bytes = pages * lmdb_page_bytes;
  if (!oldest || !newest) return stats;
  stats.oldest = oldest->at;
  stats.newest = newest->at;
  stats.records = newest->ordinal - oldest->ordinal + 1;
  return stats;
}

model::Result<std::map<std::uint32_t, std::string>> endpoint_names(Transaction& transaction) {
  std::map<std::uint32_t, std::string> names;
  BOOST_OUTCOME_TRY(auto cursor, Cursor::open(transaction, Table::kv));
  BOOST_OUTCOME_TRY(auto row, cursor.at_or_after(endpoint_owner));
  while (row && row->key.starts_with(endpoint_owner)) {
    if (const auto content = decode_kv(row->key, row->value)) {
      const auto number = endpoint_number(content.value());
      if (number) names.emplace(*number, row->key.substr(endpoint_owner.size()));
    }
    BOOST_OUTCOME_TRY(auto following, cursor.next());
    row = following;
  }
  return names;
}

model::Result<StreamStats> stream_stats(Transaction& transaction, const model::StreamRow& row,
                                        const std::map<std::uint32_t, std::string>& names) {
  StreamStats stats;
  const auto name = names.find(row.id.endpoint);
  stats.endpoint = name != names.end() ? name->second : "#" + std::to_string(row.id.endpoint);
  stats.id = row.id;
  stats.closed = row.closed;
  stats.cursor = row.cursor.sequence;
  stats.n = row.cursor.n;
  if (row.closed) return stats;
  BOOST_OUTCOME_TRY(const auto next, first_after(transaction, row.id.event_class, row.cursor.sequence));
  BOOST_OUTCOME_TRY(const auto last, last_of(transaction, row.id.event_class));
  if (!next || !last) return stats;
  stats.behind = last->ordinal - next->ordinal + 1;
  stats.oldest_behind = next->at;
  return stats;
}

/// How many rows of `pend` each stream has.
model::Result<std::map<model::StreamId, std::uint64_t>> count_pend(Transaction& transaction) {
  std::map<model::StreamId, std::uint64_t> counts;
  if (!transaction.has(Table::pend)) return counts;
  BOOST_OUTCOME_TRY(auto cursor, Cursor::open(transaction, Table::pend));
  BOOST_OUTCOME_TRY(auto row, cursor.first());
  while (row) {
    if (const auto pend = decode_pend(row->key, row->value)) ++counts[pend.value().stream];
    BOOST_OUTCOME_TRY(auto following, cursor.next());
    row = following;
  }
  return counts;
}

model::Result<void> read_streams(Transaction& transaction, StoreStats& stats) {
  BOOST_OUTCOME_TRY(const auto names, endpoint_names(transaction));
  BOOST_OUTCOME_TRY(const auto pending, count_pend(transaction));
  BOOST_OUTCOME_TRY(auto cursor, Cursor::open(transaction, Table::streams));
  BOOST_OUTCOME_TRY(auto row, cursor.first());
  while (row) {
    if (const auto stream = decode_stream(row->key, row->value)) {
      BOOST_OUTCOME_TRY(auto read, stream_stats(transaction, stream.value(), names));
      if (const auto found = pending.find(read.id); found != pending.end()) read.pending = found->second;
      stats.streams.push_back(std::move(read));
    }
    BOOST_OUTCOME_TRY(auto following, cursor.next());
    row = following;
  }
  return model::success();
}

model::Result<void> read_meta(Transaction& transaction, StoreStats& stats) {
  const auto number = [&](std::string_view key, std::uint64_t& out) -> model::Result<void> {
    BOOST_OUTCOME_TRY(const auto value, transaction.get(Table::meta, key));
    if (!value) return model::success();
    if (const auto decoded = decode_meta_number(key, *value)) out = decoded.value();
    return model::success();
  };
  BOOST_OUTCOME_TRY(number(meta_key::format, stats.format));
  BOOST_OUTCOME_TRY(number(meta_key::store_id, stats.store_id));
  if (const auto next = load_next_sequence(transaction)) stats.next_sequence = next.value();
  BOOST_OUTCOME_TRY(const auto value, transaction.get(Table::meta, meta_key::created));
  if (!value) return model::success();
  if (const auto created = decode_created(*value)) stats.created = created.value().wall;
  return model::success();
}

}  // namespace

model::Result<StoreStats> read_stats(Environment& environment) {
  BOOST_OUTCOME_TRY(auto transaction, Transaction::begin(environment, Access::read));
  StoreStats stats;
  BOOST_OUTCOME_TRY(read_meta(transaction, stats));
  BOOST_OUTCOME_TRY(stats.boots, last_boot(transaction));
  BOOST_OUTCOME_TRY(stats.usage, transaction.usage());
  for (const auto event_class : model::all_event_classes) {
    BOOST_OUTCOME_TRY(stats.classes[model::index_of(event_class)], class_stats(transaction, event_class));
  }
  BOOST_OUTCOME_TRY(read_streams(transaction, stats));
  return stats;
}

}  // namespace chargehook::journal::io
