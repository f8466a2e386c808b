#include "model/stream_gap.hpp"

#include <doctest/doctest.h>

namespace chargehook::model {
namespace {

ChainHash hash(std::uint8_t byte) {
  ChainHash out;
  out.fill(byte);
  return out;
}

Event event_of(const std::string& device, std::int64_t second) {
  Event event;
  event.type = "user.created";
  event.partition_key = device;
  event.time = WallTime{std::chrono::seconds{second}};
  return event;
}

void lose(StreamGap& gap, std::uint64_t n) {
  add_lost(gap, n, hash(static_cast<std::uint8_t>(n - 1)), hash(static_cast<std::uint8_t>(n)));
}

}  // namespace

TEST_CASE("a gap that takes in an earlier one names the files of both, in order, and the last where there are many") {
  StreamGap gap;
  lose(gap, 7);
  gap.files = {"held-billing/b.jsonl"};
  StreamGap earlier;
  lose(earlier, 3);
  earlier.files = {"held-billing/a.jsonl"};
  take_in(gap, earlier);
  CHECK(gap.files == std::vector<std::string>{"held-billing/a.jsonl", "held-billing/b.jsonl"});
  earlier.files.assign(gap_files_max, "held-billing/0.jsonl");
  take_in(gap, earlier);
  CHECK(gap.files.size() == gap_files_max);
  CHECK(gap.files.back() == "held-billing/b.jsonl");
}

TEST_CASE("numbers that follow each other are one range, others begin a new one") {
  StreamGap gap;
  for (const std::uint64_t n : {3, 4, 5, 9}) lose(gap, n);
  REQUIRE(gap.ranges.size() == 2);
  CHECK(gap.ranges[0] == LostRange{3, 5, hash(2), hash(5)});
  CHECK(gap.ranges[1] == LostRange{9, 9, hash(8), hash(9)});
}

TEST_CASE("where there are too many ranges the oldest become one") {
  StreamGap gap;
  for (std::uint64_t n = 1; n <= 2 * lost_ranges_max + 2; n += 2) lose(gap, n);
  REQUIRE(gap.ranges.size() == lost_ranges_max);
  CHECK(gap.ranges.front() == LostRange{1, 3, hash(0), hash(3)});
  CHECK(gap.ranges.back().to_n == 2 * lost_ranges_max + 1);
}

TEST_CASE("events are counted by type, with their span and their devices") {
  StreamGap gap;
  add_lost_event(gap, event_of("terminal/B", 50), 7);
  add_lost_event(gap, event_of("terminal/A", 40), 9);
  add_lost_event(gap, event_of("terminal/B", 60), 12);
  CHECK(gap.events == 3);
  CHECK(gap.types.at("user.created") == 3);
  CHECK(gap.first == WallTime{std::chrono::seconds{40}});
  CHECK(gap.last == WallTime{std::chrono::seconds{60}});
  CHECK(gap.from_sequence == 7);
  CHECK(gap.to_sequence == 12);
  CHECK(gap.devices == std::vector<std::string>{"terminal/A", "terminal/B"});
  for (int i = 0; i < 60; ++i) add_lost_event(gap, event_of("charger/" + std::to_string(i), 70), 13);
  CHECK(gap.devices.size() == gap_devices_max);
  CHECK(gap.more_devices);
}

TEST_CASE("an earlier gap is taken in: its ranges, its counts, its span") {
  StreamGap earlier;
  for (const std::uint64_t n : {1, 2, 3}) lose(earlier, n);
  add_lost_event(earlier, event_of("terminal/A", 10), 100);
  StreamGap gap;
  for (const std::uint64_t n : {4, 5, 8}) lose(gap, n);
  add_lost_event(gap, event_of("terminal/B", 90), 200);
  take_in(gap, earlier);
  REQUIRE(gap.ranges.size() == 2);
  CHECK(gap.ranges[0] == LostRange{1, 5, hash(0), hash(5)});
  CHECK(gap.ranges[1].from_n == 8);
  CHECK(gap.events == 2);
  CHECK(gap.from_sequence == 100);
  CHECK(gap.to_sequence == 200);
  CHECK(gap.first == WallTime{std::chrono::seconds{10}});
  CHECK(gap.devices.size() == 2);
}

}  // namespace chargehook::model
