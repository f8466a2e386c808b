#include "journal/verify/salvage.hpp"

#include <doctest/doctest.h>

#include "journal/format/bytes.hpp"
#include "journal/format/pend_row.hpp"
#include "journal/format/record.hpp"
#include "journal/sequence_end.hpp"

namespace chargehook::journal {
namespace {

using model::EventClass;

constexpr std::array all_classes{EventClass::billing, EventClass::safety, EventClass::state, EventClass::telemetry};

void take(Salvage& salvage, const std::string& key, const std::string& value, Found found) {
  CHECK(salvage.take(key, value, found, 7, 0));
}

void take_record(Salvage& salvage, model::Sequence sequence, model::Ordinal ordinal, Found found,
                 EventClass event_class = EventClass::state) {
  Record record;
  record.sequence = sequence;
  record.ordinal = ordinal;
  record.boot = 1;
  record.event.event_class = event_class;
  record.event.id = "evt_" + std::to_string(sequence);
  record.event.data = "{}";
  take(salvage, key_u64(sequence), encode_record(record, 1), found);
}

void take_floor(Salvage& salvage, EventClass event_class, const Floor& floor, Found found = Found::in_place) {
  take(salvage, meta_key::floor(event_class), encode_floor(event_class, floor), found);
}

/// Nothing was ever trimmed; of states the newest state holds 1 to 3, of the other classes nothing.
Salvage three_states(std::uint64_t rows) {
  Salvage salvage;
  for (const auto event_class : all_classes) {
    take_floor(salvage, event_class, {});
    salvage.take_table(database::log(event_class), event_class == EventClass::state ? rows : 0);
  }
  for (model::Sequence sequence = 1; sequence <= 3; ++sequence) {
    take_record(salvage, sequence, sequence, Found::in_place);
  }
  return salvage;
}

TEST_CASE("what lies behind the last record that the newest state counts was never committed") {
  auto salvage = three_states(3);
  take_record(salvage, 4, 4, Found::beside);
  take_record(salvage, 5, 1, Found::beside, EventClass::billing);
  salvage.settle();
  CHECK(salvage.records().size() == 3);
  CHECK(salvage.next_sequence() == 4);
}

TEST_CASE("where the newest state counts more records than are found in it, those beside it may be the ones") {
  auto salvage = three_states(5);
  take_record(salvage, 4, 4, Found::beside);
  take_record(salvage, 6, 1, Found::beside, EventClass::billing);  // of this class the end is known
  salvage.settle();
  REQUIRE(salvage.records().size() == 4);
  CHECK(salvage.records().back().sequence == 4);
  CHECK(salvage.next_sequence() == 5 + sequence_leap + 5);
}

TEST_CASE("a count that no file can hold is none, and costs no sequences") {
  auto salvage = three_states(std::uint64_t{1} << 60);
  salvage.settle();
  CHECK(salvage.next_sequence() == 4 + sequence_leap);
}

TEST_CASE("where nobody knows which state is the newest nothing is left out, and sequences leap") {
  Salvage salvage;
  salvage.doubt_end();
  for (const auto event_class : all_classes) take_floor(salvage, event_class, {});
  take_record(salvage, 1, 1, Found::in_place);
  take_record(salvage, 2, 2, Found::beside);
  salvage.settle();
  CHECK(salvage.records().size() == 2);
  CHECK(salvage.next_sequence() == 3 + sequence_leap);
}

TEST_CASE("sequences go on above floors, cursors, and where the store began") {
  Salvage trimmed;
  for (const auto event_class : all_classes) {
    take_floor(trimmed, event_class, event_class == EventClass::safety ? Floor{90, 12} : Floor{});
    trimmed.take_table(database::log(event_class), 0);
  }
  trimmed.settle();
  CHECK(trimmed.next_sequence() == 91);

  const model::StreamRow row{{7, EventClass::state, 1}, "all", 0, {200, 5, {}}, false};
  take(trimmed, stream_key(row.id), encode_stream(row), Found::beside);
  CHECK(trimmed.next_sequence() == 201);

  const std::string key{meta_key::next_sequence_min};
  take(trimmed, key, encode_meta_number(key, 5'000), Found::in_place);
  CHECK(trimmed.next_sequence() == 5'000);
}

struct PassedStream {
  Salvage salvage = three_states(3);
  model::StreamRow row{{7, EventClass::state, 1}, "all", 0, {3, 3, {}}, false};

  PassedStream() {
    const std::string name = "config/endpoints/crm";
    take(salvage, name, encode_kv(name, "7"), Found::in_place);
  }
  void passed(model::Sequence sequence, Found found) {
    model::PendRow pend;
    pend.stream = row.id;
    pend.n = pend.sequence = sequence;
    take(salvage, pend_key(row.id, sequence), encode_pend(pend), found);
  }
  void stream(Found found) { take(salvage, stream_key(row.id), encode_stream(row), found); }
  /// Of the old sequences: all up to here is done.
  model::Sequence start() {
    salvage.settle();
    Counting counting;
    counting.begin = [](auto, auto, const auto&) { return model::ChainHash{}; };
    return salvage.streams(88, 101, counting).front().start - 100;
  }
};

TEST_CASE("a stream begins before the first that its cursor has passed although it is not done") {
  PassedStream store;
  store.stream(Found::in_place);
  store.salvage.take_table(database::pend, 1);
  store.passed(2, Found::in_place);
  store.passed(1, Found::beside);  // an older row: done since
  CHECK(store.start() == 1);
}

TEST_CASE("where rows of pend are missing, older ones count") {
  PassedStream store;
  store.stream(Found::in_place);
  store.salvage.take_table(database::pend, 2);
  store.passed(3, Found::in_place);
  store.passed(2, Found::beside);
  CHECK(store.start() == 1);
}

TEST_CASE("a cursor that the newest state does not have counts with the rows found beside it") {
  PassedStream store;
  store.stream(Found::beside);
  store.salvage.take_table(database::pend, 0);
  store.passed(2, Found::beside);
  CHECK(store.start() == 1);
}

TEST_CASE("of a store without an event nothing is known, and nothing has to leap") {
  Salvage salvage;
  salvage.settle();
  CHECK(salvage.next_sequence() == 0);
}

TEST_CASE("a floor that was never committed does not hide what the newest state ends with") {
  auto salvage = three_states(3);
  take_floor(salvage, EventClass::safety, {2, 2}, Found::beside);
  salvage.settle();
  CHECK(salvage.next_sequence() == 4);
}

TEST_CASE("a record of an opening without a row gets one that says nothing, unless the rows around it tell its boot") {
  Salvage salvage = three_states(3);  // records of opening 1
  BootRow opening;
  opening.boot_uuid = {1, 2, 3};
  take(salvage, boot_key(2), encode_boot(2, opening), Found::in_place);
  CHECK(salvage.boots() == BootRows{{1, {}}, {2, opening}});

  Salvage around = three_states(3);
  take(around, boot_key(0), encode_boot(0, opening), Found::in_place);
  take(around, boot_key(2), encode_boot(2, opening), Found::in_place);
  CHECK(around.boots() == BootRows{{0, opening}, {2, opening}});
}

}  // namespace
}  // namespace chargehook::journal
