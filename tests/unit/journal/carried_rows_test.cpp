#include "journal/verify/carried_rows.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>

#include "journal/format/bytes.hpp"
#include "journal/format/pend_row.hpp"
#include "journal/format/record.hpp"

namespace chargehook::journal {
namespace {

using model::EventClass;

constexpr std::array all_classes{EventClass::billing, EventClass::safety, EventClass::state, EventClass::telemetry};
constexpr model::Sequence first_new = 1000;

void take(Salvage& salvage, const std::string& key, const std::string& value, Found found = Found::in_place) {
  REQUIRE(salvage.take(key, value, found, 7, 0));
}

void take_record(Salvage& salvage, model::Sequence sequence, model::Ordinal ordinal,
                 EventClass event_class = EventClass::state) {
  Record record;
  record.sequence = sequence;
  record.ordinal = ordinal;
  record.boot = 1;
  record.event.event_class = event_class;
  record.event.id = "evt_" + std::to_string(sequence);
  record.event.data = "{}";
  take(salvage, key_u64(sequence), encode_record(record, 1));
}

void take_stream(Salvage& salvage, std::uint32_t endpoint, model::Sequence cursor, bool is_closed = false,
                 std::uint32_t generation = 3) {
  const model::StreamRow row{{endpoint, EventClass::state, generation}, "all", 0, {cursor, 5, {}}, is_closed};
  take(salvage, stream_key(row.id), encode_stream(row));
}

GapRow gap_row(model::Sequence event, std::uint32_t endpoint = 1) {
  GapRow row{EventClass::state, 4, 6, 4, 6, GapReason::evicted, {}};
  auto& notice = row.notices.emplace_back();
  notice.gap.stream = {endpoint, EventClass::state, 3};
  notice.gap.ranges = {{1, 2, {}, {}}};
  notice.gap.events = 2;
  notice.event = event;
  return row;
}

void take_gap(Salvage& salvage, const GapRow& row) {
  take(salvage, gap_key(row.event_class, row.from_sequence), encode_gap(row));
}

/// All up to 10 is trimmed in each class; of states 11, 12, 15, 16 are found.
Salvage states_with_a_hole(std::uint64_t rows = 10) {
  Salvage salvage;
  for (const auto event_class : all_classes) {
    take(salvage, meta_key::floor(event_class), encode_floor(event_class, {10, 10}));
    salvage.take_table(database::log(event_class), event_class == EventClass::state ? rows : 0);
  }
  for (const model::Sequence sequence : {11U, 12U, 15U, 16U}) take_record(salvage, sequence, sequence);
  return salvage;
}

TEST_CASE("ordinals that skip and a count of the log say where records are missing") {
  auto salvage = states_with_a_hole();
  salvage.settle();
  const auto holes = salvage.holes(EventClass::state);
  REQUIRE(holes.size() == 2);
  CHECK(holes[0].from_sequence == 13);
  CHECK(holes[0].to_sequence == 14);
  CHECK(holes[0].records() == 2);
  CHECK(holes[1].from_sequence == 17);
  CHECK(holes[1].to_sequence == salvage.next_sequence() - 1);
  CHECK(holes[1].records() == 4);
  CHECK(salvage.holes(EventClass::billing).empty());
}

TEST_CASE("open streams that were not past a hole are told of it, with what they had behind them left out") {
  auto salvage = states_with_a_hole();
  take_stream(salvage, 1, 12);
  take_stream(salvage, 2, 15);
  take_stream(salvage, 4, 12, true);
  salvage.settle();
  const auto rows = carried_gaps(salvage, {salvage.records(), first_new});
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].reason == GapReason::lost_store);
  CHECK(rows[0].from_sequence == 13);
  REQUIRE(rows[0].notices.size() == 2);
  const auto& [all, all_event] = rows[0].notices[0];
  CHECK(all.stream == model::StreamId{1, EventClass::state, 3});
  CHECK(all.events == 6);
  CHECK(all.from_sequence == 13);
  CHECK(all.ranges.empty());
  CHECK(all_event == 0);
  CHECK(rows[0].notices[1].gap.events == 4);
  CHECK(rows[0].notices[1].gap.from_sequence == 17);
}

TEST_CASE("a stream that was past all that is missing has lost nothing") {
  auto salvage = states_with_a_hole(6);
  take_stream(salvage, 1, 14);
  salvage.settle();
  REQUIRE(salvage.holes(EventClass::state).size() == 1);
  CHECK(carried_gaps(salvage, {salvage.records(), first_new}).empty());
}

TEST_CASE("a stream that was past a hole, but not past all before it, is told of it") {
  auto salvage = states_with_a_hole(6);
  take_stream(salvage, 1, 14);
  model::PendRow pend;
  pend.stream = {1, EventClass::state, 3};
  pend.n = 4;
  pend.sequence = 13;
  salvage.take_table(database::pend, 1);
  take(salvage, pend_key(pend.stream, pend.n), encode_pend(pend));
  salvage.settle();
  const auto rows = carried_gaps(salvage, {salvage.records(), first_new});
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].notices.at(0).gap.from_sequence == 13);
  CHECK(rows[0].notices.at(0).gap.to_sequence == 14);
}

TEST_CASE("records that are there and cannot be read are lost, too") {
  auto salvage = states_with_a_hole();
  take_stream(salvage, 1, 12);
  salvage.settle();
  NewPlaces places{salvage.records(), first_new};
  places.note_unreadable(15);
  const auto rows = carried_gaps(salvage, places);
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].notices.at(0).gap.events == 7);
}

TEST_CASE("a store of which nothing is missing has nothing to tell") {
  Salvage salvage;
  for (const auto event_class : all_classes) take(salvage, meta_key::floor(event_class), encode_floor(event_class, {}));
  take_record(salvage, 1, 1);
  take_stream(salvage, 1, 0);
  salvage.settle();
  CHECK(carried_gaps(salvage, {salvage.records(), first_new}).empty());
}

TEST_CASE("a loss whose event is carried over is told by it, one whose event is lost is told again") {
  auto salvage = states_with_a_hole();
  model::Sequence event = 0;
  model::Sequence expected = 0;
  SUBCASE("carried over") {
    event = 15;
    expected = first_new + 2;
  }
  SUBCASE("lost") { event = 13; }
  SUBCASE("there was none yet") { event = 0; }
  take_gap(salvage, gap_row(event));
  salvage.settle();
  const auto rows = carried_gaps(salvage, {salvage.records(), first_new});
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].reason == GapReason::evicted);
  CHECK(rows[0].notices.at(0).event == expected);
  CHECK(rows[0].notices.at(0).gap.ranges.size() == 1);
}

TEST_CASE("a loss that was told is not told again") {
  auto salvage = states_with_a_hole();
  take_stream(salvage, 1, 14);
  model::Sequence event = 0;
  SUBCASE("its event is trimmed") { event = 9; }
  SUBCASE("its event is lost, and was delivered") { event = 13; }
  take_gap(salvage, gap_row(event));
  salvage.settle();
  const auto rows = carried_gaps(salvage, {salvage.records(), first_new});
  CHECK(std::ranges::none_of(rows, [](const auto& row) { return row.reason == GapReason::evicted; }));
}

TEST_CASE("what an earlier generation had is not delivered where the newest begins before it") {
  auto salvage = states_with_a_hole();
  take_stream(salvage, 1, 14, true, 2);
  take_stream(salvage, 1, 12);
  take_gap(salvage, gap_row(13));
  salvage.settle();
  const auto rows = carried_gaps(salvage, {salvage.records(), first_new});
  CHECK(std::ranges::any_of(rows, [](const auto& row) { return row.reason == GapReason::evicted; }));
}

TEST_CASE("ids of events that are lost are forgotten, so that their source can bring them back") {
  auto salvage = states_with_a_hole();
  for (const model::Sequence sequence : {8U, 13U, 16U}) {
    const IdRow row{3, sequence, sequence, 5};
    take(salvage, id_key(row), encode_id(row), sequence == 16 ? Found::beside : Found::in_place);
  }
  salvage.settle();
  const auto rows = carried_ids(salvage, {salvage.records(), first_new});
  REQUIRE(rows.size() == 2);
  CHECK(rows[0] == IdRow{3, 8, 8, 5});
  CHECK(rows[1] == IdRow{3, 16, first_new + 3, 5});
}

}  // namespace
}  // namespace chargehook::journal
