#include "journal/format/record.hpp"

#include <doctest/doctest.h>
#include <xxhash.h>

#include <algorithm>

#include "journal/format/bytes.hpp"
#include "journal/format/sealed_value.hpp"
#include "records.hpp"

namespace chargehook::journal {
namespace {

using model::EventClass;
using test::imported_reading;
using test::session_ended;

constexpr std::uint32_t type_id = 3;

model::Result<Record> decode(const Record& written, std::string_view value) {
  return decode_record(written.event.event_class, written.sequence, value, written.event.type);
}

/// The value with one body byte replaced and the check made good again: what only a newer or a broken writer would do.
std::string resealed(std::string value, std::size_t offset, char byte) {
  value[offset] = byte;
  seal("log0", key_u64(session_ended().sequence), value);
  return value;
}

TEST_CASE("a record reads back as it was written") {
  for (const Record& record : {session_ended(), imported_reading(), Record{}}) {
    const std::string value = encode_record(record, type_id);
    const auto back = decode(record, value);
    REQUIRE(back);
    CHECK(back.value() == record);
    const auto header = decode_header(record.event.event_class, record.sequence, value);
    REQUIRE(header);
    CHECK(header.value().ordinal == record.ordinal);
    CHECK(header.value().type_id == type_id);
  }
}

TEST_CASE("the bytes of a record are those of docs/formats.md") {
  const Record record = session_ended();
  std::string rest;
  ByteWriter{rest}.u8(1).u8(0).u8(0).u8(1).u8(1).u8(3).u8(4);  // version, encoding, class, flags, severity, qualities
  ByteWriter{rest}.u64(42).u32(3).u32(7).i64(987'654'321);     // ordinal, type, boot, boot time
  ByteWriter{rest}.i64(1'732'428'728'000'000'000).i64(1'732'428'729'120'000'001);  // time, recorded
  rest += std::string("\x1e\0", 2) + "evt_0123456789abcdefghjkmnpqrs";
  rest += std::string("\x14\0", 2) + "charger/CP-07/evse/1" + std::string("\x0d\0", 2) + "charger/CP-07";
  rest += std::string("\x13\0\0\0", 4) + R"({"energy_wh":12345})";

  const std::string checked = "log0" + key_u64(record.sequence) + rest;
  std::string expected;
  ByteWriter{expected}.u64(XXH3_64bits(checked.data(), checked.size())).bytes(rest);
  CHECK(encode_record(record, 3) == expected);
}

TEST_CASE("a flipped bit anywhere in a value is found out") {
  const Record record = session_ended();
  const std::string value = encode_record(record, type_id);
  for (std::size_t bit = 0; bit < value.size() * 8; ++bit) {
    std::string flipped = value;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
    const auto back = decode(record, flipped);
    REQUIRE_FALSE(back);
    REQUIRE(back.error().code == "check");
    REQUIRE_FALSE(decode_header(record.event.event_class, record.sequence, flipped));
  }
}

TEST_CASE("a value cut short or made longer is found out") {
  const Record record = session_ended();
  const std::string value = encode_record(record, type_id);
  for (std::size_t size = 0; size < value.size(); ++size) REQUIRE_FALSE(decode(record, value.substr(0, size)));
  CHECK_FALSE(decode(record, value + '\0'));
}

TEST_CASE("a sound value under another key or in another log is found out") {
  const Record record = session_ended();
  const std::string value = encode_record(record, type_id);
  CHECK_FALSE(decode_record(EventClass::billing, record.sequence + 1, value, "session.ended"));
  CHECK_FALSE(decode_record(EventClass::safety, record.sequence, value, "session.ended"));
}

TEST_CASE("fields out of their range are refused even if the check agrees") {
  struct Case {
    const char* what;
    std::size_t offset;
    char byte;
    const char* code;
  };
  const std::string value = encode_record(session_ended(), type_id);
  for (const Case& each : std::initializer_list<Case>{
           {"version of a newer format", 8, 2, "version"},
           {"unknown encoding", 9, 1, "version"},
           {"class of another log", 10, 1, "check"},
           {"class that is none", 10, 4, "check"},
           {"unknown flag", 11, 16, "version"},
           {"basis that is none", 11, 3, "check"},
           {"severity that is none", 12, 5, "check"},
           {"time quality that is none", 13, 5, "check"},
           {"recorded quality that is none", 14, 5, "check"},
           {"id longer than the value", 56, 127, "check"},
           {"an origin that is not there", 11, 5, "check"},
       }) {
    CAPTURE(each.what);
    const auto back = decode(session_ended(), resealed(value, each.offset, each.byte));
    REQUIRE_FALSE(back);
    CHECK(back.error().code == each.code);
  }
}

TEST_CASE("the size of a large record is whole pages, that of a small one its bytes and its place in the leaf") {
  const Record small = session_ended();
  CHECK(record_size(small) == encode_record(small, type_id).size() + 18);
  CHECK(record_size(imported_reading()) == 16 * 4096 + 26);
}

TEST_CASE("the largest event fits into a record") {
  Record record = imported_reading();
  record.event.subject = std::string(256, 's');
  record.event.partition_key = std::string(256, 'p');
  CHECK(encode_record(record, type_id).size() <= record_bytes_max);
}

}  // namespace
}  // namespace chargehook::journal
