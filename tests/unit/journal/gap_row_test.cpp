#include "journal/format/gap_row.hpp"

#include <doctest/doctest.h>

namespace chargehook::journal {
namespace {

GapRow sample() {
  GapRow row{model::EventClass::state, 77, 99, 12, 20, GapReason::expired, {}};
  GapNotice notice;
  notice.gap.stream = {5, model::EventClass::state, 2};
  notice.gap.ranges = {{1, 4, {}, {}}, {7, 9, {}, {}}};
  notice.gap.ranges[0].after.fill(0xab);
  notice.gap.from_sequence = 77;
  notice.gap.to_sequence = 98;
  notice.gap.events = 6;
  notice.gap.types = {{"card.assigned", 1}, {"user.created", 5}};
  notice.gap.first = model::WallTime{std::chrono::seconds{10}};
  notice.gap.last = model::WallTime{std::chrono::seconds{20}};
  notice.gap.devices = {"charger/CP-1", "terminal/T-1"};
  notice.gap.more_devices = true;
  notice.gap.files = {"held-billing/a.jsonl", "held-billing/b.jsonl"};
  notice.event = 120;
  row.notices = {notice};
  return row;
}

}  // namespace

TEST_CASE("a row of gaps reads back as it was written") {
  const auto row = sample();
  const auto value = encode_gap(row);
  const auto again = decode_gap(gap_key(row.event_class, row.from_sequence), value);
  REQUIRE(again.has_value());
  CHECK(again.value() == row);
}

TEST_CASE("a row of gaps under another key, cut short or changed is not one") {
  const auto row = sample();
  const auto key = gap_key(row.event_class, row.from_sequence);
  const auto value = encode_gap(row);
  CHECK_FALSE(decode_gap(gap_key(row.event_class, row.from_sequence + 1), value).has_value());
  CHECK_FALSE(decode_gap(key, value.substr(0, value.size() - 1)).has_value());
  for (std::size_t at = 0; at < value.size(); ++at) {
    auto flipped = value;
    flipped[at] = static_cast<char>(flipped[at] ^ 1);
    CHECK_FALSE(decode_gap(key, flipped).has_value());
  }
}

TEST_CASE("the key of a gap is its class and its first sequence, so that rows of a class stand in order") {
  CHECK(gap_key(model::EventClass::state, 258) == std::string("\x02\0\0\0\0\0\0\x01\x02", 9));
}

}  // namespace chargehook::journal
