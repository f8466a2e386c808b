#include "journal/format/tables.hpp"

#include <doctest/doctest.h>
#include <xxhash.h>

#include <functional>
#include <vector>

#include "journal/format/bytes.hpp"
#include "journal/format/sealed_value.hpp"

namespace chargehook::journal {
namespace {

using model::EventClass;

BootRow stopped_boot() {
  BootRow row;
  for (std::size_t index = 0; index < row.boot_uuid.size(); ++index) {
    row.boot_uuid[index] = static_cast<std::uint8_t>(index * 16);
  }
  row.opened_wall = model::WallTime{model::Nanoseconds{1'732'428'728'000'000'000}};
  row.opened_boot = model::BootTime{model::Nanoseconds{5'000'000'000}};
  row.opened_quality = model::TimeQuality::holdover;
  row.clean_stop = row.opened_wall + std::chrono::hours{3};
  return row;
}

model::StreamRow telemetry_stream() {
  model::StreamRow row{{5, EventClass::telemetry, 2}, "type == meter.*", 77, {1'000, 12, {}}, true};
  row.cursor.hash.fill(0xab);
  return row;
}

/// One value of each table, and whether bytes are taken as it.
struct Sample {
  std::string name;
  std::string value;
  std::function<bool(std::string_view)> reads;
};

std::vector<Sample> samples() {
  return {
      {"meta number", encode_meta_number("store_id", 0x0102'0304'0506'0708),
       [](auto value) { return decode_meta_number("store_id", value).has_value(); }},
      {"created", encode_created({stopped_boot().opened_wall, model::TimeQuality::manual}),
       [](auto value) { return decode_created(value).has_value(); }},
      {"floor", encode_floor(EventClass::safety, {900, 30}),
       [](auto value) { return decode_floor(EventClass::safety, value).has_value(); }},
      {"boot", encode_boot(3, stopped_boot()), [](auto value) { return decode_boot(3, value).has_value(); }},
      {"type", encode_type(9, "fault.raised"), [](auto value) { return decode_type(9, value).has_value(); }},
      {"stream", encode_stream(telemetry_stream()),
       [](auto value) { return decode_stream(stream_key(telemetry_stream().id), value).has_value(); }},
      {"kv", encode_kv("ocpp/CP-07/session", "content"),
       [](auto value) { return decode_kv("ocpp/CP-07/session", value).has_value(); }},
  };
}

TEST_CASE("rows of each table read back as they were written") {
  CHECK(decode_meta_number("store_id", encode_meta_number("store_id", UINT64_MAX)).value() == UINT64_MAX);
  const Created created{stopped_boot().opened_wall, model::TimeQuality::manual};
  CHECK(decode_created(encode_created(created)).value() == created);
  const Floor floor{900, 30};
  CHECK(decode_floor(EventClass::safety, encode_floor(EventClass::safety, floor)).value() == floor);
  BootRow running = stopped_boot();
  running.clean_stop.reset();
  CHECK(decode_boot(3, encode_boot(3, stopped_boot())).value() == stopped_boot());
  CHECK(decode_boot(4, encode_boot(4, running)).value() == running);
  BootRow learned = running;
  learned.learned = {model::Nanoseconds{-5}, model::TimeQuality::corrected, model::TimeSource::https,
                     model::BootTime{model::Nanoseconds{7}}};
  CHECK(decode_boot(4, encode_boot(4, learned)).value() == learned);
  CHECK(decode_type(9, encode_type(9, "fault.raised")).value() == "fault.raised");
  const model::StreamRow stream = telemetry_stream();
  CHECK(decode_stream(stream_key(stream.id), encode_stream(stream)).value() == stream);
  CHECK(decode_kv("a", encode_kv("a", "")).value().empty());
  const std::string binary("\0\xff\n", 3);
  CHECK(decode_kv("a", encode_kv("a", binary)).value() == binary);
}

TEST_CASE("a flipped bit, a cut and an added byte are found out in every table") {
  for (const Sample& sample : samples()) {
    CAPTURE(sample.name);
    REQUIRE(sample.reads(sample.value));
    for (std::size_t bit = 0; bit < sample.value.size() * 8; ++bit) {
      std::string flipped = sample.value;
      flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
      REQUIRE_FALSE(sample.reads(flipped));
    }
    for (std::size_t size = 0; size < sample.value.size(); ++size) {
      REQUIRE_FALSE(sample.reads(std::string_view{sample.value}.substr(0, size)));
    }
    CHECK_FALSE(sample.reads(sample.value + 'x'));
  }
}

TEST_CASE("a sound value under the key of another row is found out") {
  CHECK_FALSE(decode_meta_number("next_seq_min", encode_meta_number("store_id", 5)));
  CHECK_FALSE(decode_floor(EventClass::state, encode_floor(EventClass::safety, {1, 1})));
  CHECK_FALSE(decode_boot(2, encode_boot(1, stopped_boot())));
  CHECK_FALSE(decode_type(2, encode_type(1, "fault.raised")));
  CHECK_FALSE(decode_kv("b", encode_kv("a", "content")));
  CHECK_FALSE(decode_stream(stream_key({5, EventClass::state, 2}), encode_stream(telemetry_stream())));
}

TEST_CASE("the check is XXH3-64 over name, key and rest, put end to end") {
  const std::string value = encode_meta_number("format", 1);
  const std::string checked = std::string{"metaformat"} + '\x01' + '\x01' + std::string(7, '\0');
  std::string expected;
  ByteWriter{expected}.u64(XXH3_64bits(checked.data(), checked.size()));
  CHECK(value.substr(0, 8) == expected);
  CHECK(value.substr(8) == checked.substr(10));
}

TEST_CASE("a value of a newer version is told from a damaged one") {
  std::string value = encode_kv("rules/x", "content");
  value[8] = 2;
  CHECK(decode_kv("rules/x", value).error().code == "check");
  seal("kv", "rules/x", value);
  const auto newer = decode_kv("rules/x", value);
  REQUIRE_FALSE(newer);
  CHECK(newer.error().code == "version");
  CHECK(newer.error().message == "kv rules/x: version 2, this program reads 1");
}

TEST_CASE("a learned offset is whole, or there is none") {
  BootRow row = stopped_boot();
  const std::string key = boot_key(1);
  const auto with = [&](std::size_t offset, char byte) {
    std::string value = encode_boot(1, row);
    value[offset] = byte;
    seal("boots", key, value);
    return decode_boot(1, value).has_value();
  };
  CHECK_FALSE(with(51, 5));  // no such quality
  CHECK_FALSE(with(52, 5));  // no such source
  CHECK_FALSE(with(51, 4));  // a quality without a source
  CHECK_FALSE(with(52, 1));
  CHECK_FALSE(with(53, 1));  // an offset that nobody told
}

TEST_CASE("keys sort as their numbers") {
  CHECK(key_u64(0x0102) == std::string("\0\0\0\0\0\0\1\2", 8));
  CHECK(key_u64(255) < key_u64(256));
  CHECK(big_endian(key_u32(0xfffe'0001)) == 0xfffe'0001);
  CHECK(stream_key({1, EventClass::safety, 3}) == std::string("\0\0\0\1\1\0\0\0\3", 9));
}

TEST_CASE("a stream row under a key that no stream has is refused") {
  std::string value = encode_stream(telemetry_stream());
  for (const std::string& key : {std::string("short"), std::string("\0\0\0\1\4\0\0\0\3", 9)}) {
    seal("streams", key, value);
    CHECK(decode_stream(key, value).error().code == "check");
  }
}

}  // namespace
}  // namespace chargehook::journal
