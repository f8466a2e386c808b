#include "journal/verify/store_walk.hpp"

#include <doctest/doctest.h>

#include <functional>
#include <map>

#include "journal/format/bytes.hpp"
#include "journal/format/pend_row.hpp"
#include "journal/format/record.hpp"

namespace chargehook::journal {
namespace {

using model::EventClass;

/// Types that begin with the filter's text match; a hash is the sum of what was linked.
Counting counting() {
  Counting made;
  made.matcher = [](const model::StreamRow& row, std::string_view) {
    return [filter = row.filter](std::string_view type, std::string_view) { return type.starts_with(filter); };
  };
  made.begin = [](std::uint64_t store_id, std::string_view endpoint, const model::StreamId&) {
    model::ChainHash hash{};
    hash[0] = static_cast<std::uint8_t>(store_id + endpoint.size());
    return hash;
  };
  made.link = [](const model::ChainHash& previous, std::uint64_t n, std::string_view id) {
    auto hash = previous;
    hash[1] = static_cast<std::uint8_t>(hash[1] + n * static_cast<unsigned char>(id.back()));
    return hash;
  };
  return made;
}

Record record(model::Sequence sequence) {
  Record made;
  made.sequence = sequence;
  made.ordinal = (sequence + 1) / 2;
  made.boot = 1;
  made.event.event_class = sequence % 2 == 1 ? EventClass::billing : EventClass::state;
  made.event.id = "evt_" + std::to_string(sequence);
  made.event.subject = "charger/CP-07";
  made.event.partition_key = made.event.subject;
  made.event.data = "{}";
  return made;
}

/// Forty records in two classes, of which every fifth is of another type; a stream that has done the billing ones up to
/// 29. Values as they are stored, by key.
struct Rows {
  std::map<std::string, std::string> meta, boots, types, streams, pend, imported, kv;
  std::map<EventClass, std::map<std::string, std::string>> logs;

  Rows() {
    put_number(meta_key::format, store_format);
    put_number(meta_key::min_reader, store_min_reader);
    put_number(meta_key::store_id, 77);
    put_number(meta_key::next_sequence_min, 0);
    meta["created"] = encode_created({});
    for (const auto event_class : {EventClass::billing, EventClass::safety, EventClass::state, EventClass::telemetry}) {
      put_floor(event_class, {});
    }
    boots[boot_key(1)] = encode_boot(1, {});
    types[type_key(1)] = encode_type(1, "payment.completed");
    types[type_key(2)] = encode_type(2, "user.created");
    kv["config/endpoints/demo"] = encode_kv("config/endpoints/demo", "7");
    for (model::Sequence sequence = 1; sequence <= 40; ++sequence) put(record(sequence), sequence % 5 == 0 ? 2 : 1);
    put(stream());
  }

  static model::StreamRow stream() {
    model::StreamRow row{{7, EventClass::billing, 1}, "payment", 0, {29, 0, {}}, false};
    row.cursor.hash = counting().begin(77, "demo", row.id);
    for (model::Sequence sequence = 1; sequence <= 29; sequence += 2) {
      if (sequence % 5 == 0) continue;
      row.cursor.hash = counting().link(row.cursor.hash, ++row.cursor.n, record(sequence).event.id);
    }
    return row;
  }

  void put_number(std::string_view key, std::uint64_t number) {
    meta[std::string{key}] = encode_meta_number(key, number);
  }
  void put_floor(EventClass event_class, const Floor& floor) {
    meta[meta_key::floor(event_class)] = encode_floor(event_class, floor);
  }
  void put(const Record& given, std::uint32_t type) {
    logs[given.event.event_class][key_u64(given.sequence)] = encode_record(given, type);
  }
  void put(const ImportedRow& row) { imported[imported_key(row.store_id, row.from)] = encode_imported(row); }
  /// In place of record 38.
  void put_imported(std::optional<Origin> origin) {
    Record other = record(38);
    other.boot = boot_of_imported;
    other.origin = origin;
    put(other, 1);
  }
  /// The stream has passed sequence 9, its fourth, although it is not done.
  static model::PendRow pend_row() {
    model::PendRow row;
    row.stream = stream().id;
    row.n = 4;
    row.sequence = 9;
    row.key = model::key_hash("charger/CP-07");
    row.before = counting().begin(77, "demo", row.stream);
    std::uint64_t n = 0;
    for (const model::Sequence sequence : {1, 3, 7}) {
      row.before = counting().link(row.before, ++n, record(sequence).event.id);
    }
    return row;
  }
  void put(const model::PendRow& row) { pend[pend_key(row.stream, row.n)] = encode_pend(row); }
  void put_pend(const std::function<void(model::PendRow&)>& change) {
    auto row = pend_row();
    change(row);
    put(row);
  }
  void put(const model::StreamRow& row) { streams[stream_key(row.id)] = encode_stream(row); }
  std::string& value_of(model::Sequence sequence) {
    return logs[record(sequence).event.event_class][key_u64(sequence)];
  }

  static LogEnd end_of(EventClass event_class, const std::map<std::string, std::string>& log) {
    LogEnd end{.last = big_endian(log.rbegin()->first)};
    for (const auto& [key, value] : log) {
      if (decode_header(event_class, big_endian(key), value)) end.last_sound = big_endian(key);
    }
    return end;
  }

  [[nodiscard]] Findings walked() const {
    StoreWalk walk{counting()};
    for (const auto& [key, value] : meta) walk.take_meta(key, value);
    for (const auto& [key, value] : boots) walk.take_boot(key, value);
    for (const auto& [key, value] : types) walk.take_type(key, value);
    for (const auto& [key, value] : streams) walk.take_stream(key, value);
    for (const auto& [key, value] : pend) walk.take_pend(key, value);
    for (const auto& [key, value] : imported) walk.take_imported(key, value);
    for (const auto& [key, value] : kv) walk.take_kv(key, value);
    for (const auto& [event_class, log] : logs) {
      if (!log.empty()) walk.take_log_end(event_class, end_of(event_class, log));
    }
    walk.tables_done();
    std::multimap<std::string, std::pair<EventClass, std::string>> merged;
    for (const auto& [event_class, log] : logs) {
      for (const auto& [key, value] : log) merged.emplace(key, std::pair{event_class, value});
    }
    for (const auto& [key, row] : merged) walk.take_record(row.first, key, row.second);
    walk.finish();
    return walk.findings();
  }
};

void flip(std::string& value) { value[value.size() / 2] = static_cast<char>(value[value.size() / 2] ^ 1); }

struct Fault {
  const char* name;
  std::function<void(Rows&)> plant;
  Harm harm;
  const char* where;
  const char* what;
};

const std::vector<Fault>& faults() {
  static const std::vector<Fault> all{
      {"a flipped record", [](Rows& rows) { flip(rows.value_of(38)); }, Harm::value, "log2 0x0000000000000026",
       "not those that were written"},
      {"a record of an unknown type", [](Rows& rows) { rows.put(record(38), 9); }, Harm::value,
       "log2 0x0000000000000026", "event type 9 is unknown"},
      {"a record of an unknown boot",
       [](Rows& rows) {
         Record other = record(38);
         other.boot = 3;
         rows.put(other, 1);
       },
       Harm::numbers, "log2 0x0000000000000026", "boot 3"},
      {"an imported record that no row covers",
       [](Rows& rows) {
         rows.put(ImportedRow{9, 5, 6});
         rows.put_imported(Origin{9, 7});
       },
       Harm::numbers, "log2 0x0000000000000026", "store 0000000000000009, sequence 7, which no row"},
      {"an imported record from nowhere", [](Rows& rows) { rows.put_imported(std::nullopt); }, Harm::numbers,
       "log2 0x0000000000000026", "came from no other store"},
      {"two rows of imported that touch",
       [](Rows& rows) {
         rows.put(ImportedRow{9, 5, 6});
         rows.put(ImportedRow{9, 7, 8});
       },
       Harm::numbers, "imported 0x00000000000000090000000000000007", "touches the row before it"},
      {"a flipped row of imported",
       [](Rows& rows) {
         rows.put(ImportedRow{9, 5, 6});
         flip(rows.imported.begin()->second);
       },
       Harm::row, "", "imported 0x00000000000000090000000000000005"},
      {"a hole", [](Rows& rows) { rows.logs[EventClass::billing].erase(key_u64(35)); }, Harm::structure,
       "log0 0x0000000000000025", "has ordinal 19, not 18"},
      {"a sequence in two logs",
       [](Rows& rows) {
         Record other = record(39);
         other.event.event_class = EventClass::safety;
         other.ordinal = 1;
         rows.put(other, 1);
       },
       Harm::numbers, "log1 0x0000000000000027", "is in two logs"},
      {"a key that nothing vouches for",
       [](Rows& rows) { rows.logs[EventClass::state][key_u64(1'000'041)] = rows.value_of(40); }, Harm::structure, "",
       "log2 ends at 1000041, and the highest sequence that can be read is 40"},
      {"a record below the floor",
       [](Rows& rows) {
         rows.put_floor(EventClass::state, {2, 1});
       },
       Harm::numbers, "log2 0x0000000000000002", "not above the floor 2"},
      {"a flipped floor", [](Rows& rows) { flip(rows.meta["floor/3"]); }, Harm::row, "", "meta floor/3"},
      {"a missing row of meta", [](Rows& rows) { rows.meta.erase("created"); }, Harm::row, "meta created",
       "is missing"},
      {"a flipped boot", [](Rows& rows) { flip(rows.boots[boot_key(1)]); }, Harm::value, "", "boots 0x00000001"},
      {"a flipped state of a module", [](Rows& rows) { flip(rows.kv["config/endpoints/demo"]); }, Harm::row, "",
       "kv config/endpoints/demo"},
      {"a flipped stream", [](Rows& rows) { flip(rows.streams.begin()->second); }, Harm::row, "", "streams 0x"},
      {"a stream that counts one too few",
       [](Rows& rows) {
         auto row = Rows::stream();
         --row.cursor.n;
         rows.put(row);
       },
       Harm::numbers, "streams 0x", "counts 11 events up to 29, there are 12"},
      {"a stream with another hash",
       [](Rows& rows) {
         auto row = Rows::stream();
         row.cursor.hash[1] ^= 1;
         rows.put(row);
       },
       Harm::numbers, "streams 0x", "has another hash at n 12"},
      {"a cursor beyond the end",
       [](Rows& rows) {
         auto row = Rows::stream();
         row.cursor.sequence = 41;
         rows.put(row);
       },
       Harm::structure, "streams 0x", "has its cursor at 41, beyond the end"},
      {"a cursor before its start",
       [](Rows& rows) {
         auto row = Rows::stream();
         row.start = 30;
         rows.put(row);
       },
       Harm::numbers, "streams 0x", "has its cursor at 29, before its start"},
      {"two open generations",
       [](Rows& rows) {
         auto row = Rows::stream();
         row.id.generation = 2;
         rows.put(row);
       },
       Harm::numbers, "streams 0x", "is open beside another"},
      {"a flipped row of pend",
       [](Rows& rows) {
         rows.put(Rows::pend_row());
         flip(rows.pend.begin()->second);
       },
       Harm::row, "", "pend 0x"},
      {"a row of pend of no stream", [](Rows& rows) { rows.put_pend([](auto& row) { row.stream.endpoint = 9; }); },
       Harm::numbers, "pend 0x0000000900000000010000000000000004", "belongs to no stream"},
      {"a row of pend of a closed stream",
       [](Rows& rows) {
         auto row = Rows::stream();
         row.closed = true;
         rows.put(row);
         rows.put(Rows::pend_row());
       },
       Harm::numbers, "pend 0x", "a stream that is closed"},
      {"a row of pend beyond the cursor", [](Rows& rows) { rows.put_pend([](auto& row) { row.sequence = 31; }); },
       Harm::numbers, "pend 0x", "beyond the cursor of its stream, which is at n 12"},
      {"a row of pend with another n", [](Rows& rows) { rows.put_pend([](auto& row) { row.n = 5; }); }, Harm::numbers,
       "pend 0x0000000700000000010000000000000005", "its record is n 4"},
      {"a row of pend with another hash", [](Rows& rows) { rows.put_pend([](auto& row) { ++row.before[1]; }); },
       Harm::numbers, "pend 0x", "another hash"},
      {"a row of pend with another key", [](Rows& rows) { rows.put_pend([](auto& row) { ++row.key; }); }, Harm::numbers,
       "pend 0x", "another partition key"},
      {"a row of pend without a record", [](Rows& rows) { rows.put_pend([](auto& row) { row.sequence = 10; }); },
       Harm::numbers, "pend 0x", "its record 10 is not there"},
      {"a row of pend whose record is of another filter",
       [](Rows& rows) { rows.put_pend([](auto& row) { row.sequence = 5; }); }, Harm::numbers, "pend 0x",
       "its record 5 is none of its stream"},
      {"two rows of pend with one record",
       [](Rows& rows) {
         rows.put(Rows::pend_row());
         rows.put_pend([](auto& row) { row.n = 5; });
       },
       Harm::numbers, "pend 0x0000000700000000010000000000000005", "names the record of another row"},
      {"a row of pend whose record is trimmed",
       [](Rows& rows) {
         rows.put(Rows::pend_row());
         rows.put_floor(EventClass::billing, {21, 11});
         for (model::Sequence sequence = 1; sequence <= 21; sequence += 2) {
           rows.logs[EventClass::billing].erase(key_u64(sequence));
         }
       },
       Harm::numbers, "pend 0x", "its record 9 is trimmed"},
      {"a stream of nobody",
       [](Rows& rows) {
         auto row = Rows::stream();
         row.id.endpoint = 8;
         rows.put(row);
       },
       Harm::numbers, "streams 0x", "an endpoint without a name"},
  };
  return all;
}

TEST_CASE("nothing is found in a sound store") {
  const auto found = Rows{}.walked();
  INFO((found.count() > 0 ? text_of(found.kept().front()) : std::string{}));
  CHECK(found.count() == 0);
}

TEST_CASE("what a cursor has passed although it is not done is sound") {
  Rows rows;
  rows.put(Rows::pend_row());
  const auto found = rows.walked();
  INFO((found.count() > 0 ? text_of(found.kept().front()) : std::string{}));
  CHECK(found.count() == 0);
}

TEST_CASE("a row of pend whose record is damaged is not blamed for it") {
  Rows rows;
  rows.put(Rows::pend_row());
  flip(rows.value_of(9));
  CHECK(rows.walked().count() == 1);
}

TEST_CASE("an imported record that a row covers is sound") {
  Rows rows;
  rows.put(ImportedRow{9, 5, 7});
  rows.put(ImportedRow{9, 9, 9});
  rows.put_imported(Origin{9, 7});
  CHECK(rows.walked().count() == 0);
}

TEST_CASE("each planted fault is found, and the bad part is named") {
  for (const auto& fault : faults()) {
    CAPTURE(std::string{fault.name});
    Rows rows;
    fault.plant(rows);
    const auto found = rows.walked();
    bool is_named = false;
    for (const auto& finding : found.kept()) {
      CAPTURE(text_of(finding));
      is_named |= finding.harm == fault.harm && finding.where.starts_with(fault.where) &&
                  text_of(finding).find(fault.what) != std::string::npos;
    }
    CHECK(is_named);
  }
}

TEST_CASE("a stream that a damaged or trimmed record belongs to is not blamed for it") {
  Rows damaged;
  flip(damaged.value_of(21));
  CHECK(damaged.walked().count() == 1);
  Rows trimmed;
  trimmed.put_floor(EventClass::billing, {21, 11});
  for (model::Sequence sequence = 1; sequence <= 21; sequence += 2) {
    trimmed.logs[EventClass::billing].erase(key_u64(sequence));
  }
  CHECK(trimmed.walked().count() == 0);
}

TEST_CASE("an opening whose row went is known by two rows of the same boot of the machine around it") {
  Rows rows;
  BootRow opening;
  opening.boot_uuid = {1, 2, 3};
  rows.boots[boot_key(2)] = encode_boot(2, opening);
  rows.boots[boot_key(4)] = encode_boot(4, opening);
  Record other = record(38);
  other.boot = 3;
  rows.put(other, 1);
  CHECK(rows.walked().count() == 0);
}

TEST_CASE("a damaged row of an opening is one finding, and hides no other opening of its boot of the machine") {
  Rows rows;
  BootRow opening;
  opening.boot_uuid = {1, 2, 3};
  for (const std::uint32_t index : {2U, 4U, 5U}) rows.boots[boot_key(index)] = encode_boot(index, opening);
  flip(rows.boots[boot_key(4)]);
  Record other = record(38);
  other.boot = 3;
  rows.put(other, 1);
  CHECK(rows.walked().count() == 1);
}

TEST_CASE("records trimmed while the walk is under way leave no hole") {
  const Rows rows;
  StoreWalk walk{counting()};
  for (const auto& [key, value] : rows.meta) walk.take_meta(key, value);
  for (const auto& [key, value] : rows.boots) walk.take_boot(key, value);
  for (const auto& [key, value] : rows.types) walk.take_type(key, value);
  walk.tables_done();
  const auto& log = rows.logs.at(EventClass::billing);
  for (const auto& [key, value] : log) {
    const auto sequence = big_endian(key);
    if (sequence == 11) walk.take_floor(EventClass::billing, {20, 10});
    if (sequence <= 9 || sequence > 20) walk.take_record(EventClass::billing, key, value);
  }
  walk.finish();
  CHECK(walk.findings().count() == 0);
}

TEST_CASE("of very many findings the first are kept and all are counted") {
  Findings findings;
  for (std::size_t i = 0; i < Findings::kept_max + 50; ++i) findings.add({Harm::value, {}, std::to_string(i)});
  CHECK(findings.kept().size() == Findings::kept_max);
  CHECK(findings.count() == Findings::kept_max + 50);
  CHECK(findings.count(Harm::structure) == 0);
}

}  // namespace
}  // namespace chargehook::journal
