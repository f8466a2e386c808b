#include "journal/format/pend_row.hpp"

#include <doctest/doctest.h>

namespace chargehook::journal {
namespace {

model::PendRow sample() {
  model::PendRow row;
  row.stream = {7, model::EventClass::state, 3};
  row.n = 4711;
  row.sequence = 1'795'500'000'000'041'877;
  row.state = model::PendState::parked;
  row.key = model::key_hash("charger/CP-07");
  row.refusals = {5, model::WallTime{model::Nanoseconds{11}}, model::WallTime{model::Nanoseconds{22}},
                  model::TimeQuality::synced, 422};
  row.before[0] = 0xAB;
  row.before[31] = 0xCD;
  return row;
}

std::string key_of(const model::PendRow& row) { return pend_key(row.stream, row.n); }

}  // namespace

TEST_CASE("a row of pend reads back as it was written") {
  const auto row = sample();
  CHECK(key_of(row).size() == 17);
  CHECK(encode_pend(row).size() == 81);
  const auto again = decode_pend(key_of(row), encode_pend(row));
  REQUIRE(again.has_value());
  CHECK(again.value() == row);
}

TEST_CASE("keys of pend sort by stream, then by n") {
  const model::StreamId stream{7, model::EventClass::state, 3};
  CHECK(pend_key(stream, 255) < pend_key(stream, 256));
  CHECK(pend_key(stream, 256) < pend_key({7, model::EventClass::state, 4}, 1));
}

TEST_CASE("a row of pend under another key, cut short or changed is not one") {
  const auto value = encode_pend(sample());
  const auto key = key_of(sample());
  CHECK_FALSE(decode_pend(pend_key(sample().stream, 4712), value));
  CHECK_FALSE(decode_pend(key.substr(1), value));
  CHECK_FALSE(decode_pend(key, value.substr(0, value.size() - 1)));
  for (std::size_t at = 0; at < value.size(); ++at) {
    auto flipped = value;
    flipped[at] = static_cast<char>(flipped[at] ^ 1);
    CHECK_FALSE(decode_pend(key, flipped));
  }
}

TEST_CASE("a row of pend that nobody would write is not one, whatever its check says") {
  const auto refuses = [](auto change) {
    auto row = sample();
    change(row);
    return !decode_pend(key_of(row), encode_pend(row)).has_value();
  };
  CHECK(refuses([](auto& row) { row.n = 0; }));
  CHECK(refuses([](auto& row) { row.sequence = 0; }));
  CHECK(refuses([](auto& row) { row.state = static_cast<model::PendState>(3); }));
  CHECK(refuses([](auto& row) { row.refusals.quality = static_cast<model::TimeQuality>(5); }));
  CHECK(refuses([](auto& row) { row.stream.event_class = static_cast<model::EventClass>(4); }));
}

}  // namespace chargehook::journal
