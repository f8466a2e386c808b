#include "journal/format/export_line.hpp"

#include <doctest/doctest.h>
#include <xxhash.h>

#include <utility>

#include "journal/export_page.hpp"
#include "model/event_id.hpp"
#include "records.hpp"

namespace chargehook::journal {
namespace {

ExportLine sample() {
  const auto record = test::session_ended();
  ExportLine line;
  line.store_id = 0x00ab'0000'0000'00cd;
  line.sequence = record.sequence;
  line.previous = record.sequence - 3;
  line.event = record.event;
  line.event.data = R"({"energy_wh":12345.10,"text":"a\u00e4\"}b"})";
  line.recorded = record.recorded;
  line.recorded_quality = record.recorded_quality;
  return line;
}

/// With a check that agrees, whatever the rest says.
std::string checked(const std::string& members) {
  return members + R"(,"check":")" + model::hex(XXH3_64bits(members.data(), members.size())) + "\"}";
}

std::string without_check(const std::string& text) { return text.substr(0, text.rfind(",\"check\"")); }

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

}  // namespace

TEST_CASE("a line reads back as it was written, and data byte for byte") {
  auto line = sample();
  for (const bool with_origin : {false, true}) {
    if (with_origin) line.origin = Origin{0xfeed'beef'0102'0304, 99};
    const auto again = read_export_line(to_text(line));
    REQUIRE(again.has_value());
    CHECK(again.value() == line);
  }
}

TEST_CASE("a line of held billing says so, and that alone is no other way to say it") {
  auto line = sample();
  line.carried_out = true;
  const auto text = to_text(line);
  CHECK(text.find(R"(,"carriedout":true,"class":"billing",)") != std::string::npos);
  const auto again = read_export_line(text);
  REQUIRE(again.has_value());
  CHECK(again.value() == line);
}

TEST_CASE("a line is JSON that a person can read") {
  const auto text = to_text(sample());
  CHECK(text.starts_with(
      R"({"store":"00ab0000000000cd","sequence":1732428000000017,"previous":1732428000000014,"class":"billing",)"
      R"("type":"session.ended","id":"evt_0123456789abcdefghjkmnpqrs","subject":"charger/CP-07/evse/1",)"
      R"("partitionkey":"charger/CP-07","severity":"low","basis":"confirmed","time":"2024-11-24T06:12:08.000000000Z",)"
      R"("timequality":"corrected","timeof":"gateway","recordedtime":"2024-11-24T06:12:09.120000001Z",)"
      R"("recordedquality":"synced","data":{"energy_wh":12345.10,)"));
  CHECK(text.find('\n') == std::string::npos);
}

TEST_CASE("line ends between members of data become blanks") {
  auto line = sample();
  line.event.data = "{\n\"a\":1\r\n}";
  const auto again = read_export_line(to_text(line));
  REQUIRE(again.has_value());
  CHECK(again.value().event.data == "{ \"a\":1  }");
}

TEST_CASE("a line with any byte changed, lost or added is not read") {
  const auto text = to_text(sample());
  for (std::size_t at = 0; at < text.size(); ++at) {
    auto changed = text;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    CHECK_FALSE(read_export_line(changed));
    CHECK_FALSE(read_export_line(text.substr(0, at)));
    CHECK_FALSE(read_export_line(std::string{text}.erase(at, 1)));
  }
  CHECK_FALSE(read_export_line(text + ' '));
}

TEST_CASE("a wrong member is named, even under a check that agrees") {
  const std::vector<std::tuple<std::string, std::string, std::string>> cases{
      {R"("store":"00ab0000000000cd")", R"("store":"ab0000000000cd")", "store"},
      {R"("store":"00ab0000000000cd")", R"("store":"00AB0000000000CD")", "store"},
      {R"("store":"00ab0000000000cd")", R"("store":17)", "store"},
      {R"("sequence":1732428000000017)", R"("sequence":"1732428000000017")", "sequence"},
      {R"("sequence":1732428000000017)", R"("sequence":-1)", "sequence"},
      {R"("sequence":1732428000000017)", R"("sequence":1.5)", "sequence"},
      {R"("sequence":1732428000000017)", R"("sequence":0)", "previous"},
      {R"("previous":1732428000000014)", R"("previous":1732428000000017)", "previous"},
      {R"("previous":1732428000000014)", R"("previous":null)", "previous"},
      {R"("class":)", R"("origin":{"store":"00000000000000ff","sequence":0},"class":)", "origin"},
      {R"("class":)", R"("origin":{"store":"ff","sequence":1},"class":)", "origin"},
      {R"("class":)", R"("origin":{"store":"00000000000000ff"},"class":)", "origin"},
      {R"("class":)", R"("origin":[],"class":)", "origin"},
      {R"("class":)", R"("carriedout":false,"class":)", "carriedout"},
      {R"("class":)", R"("carriedout":1,"class":)", "carriedout"},
      {R"("class":"billing")", R"("class":"money")", "class"},
      {R"("type":"session.ended")", R"("type":"Session ended")", "type"},
      {R"("type":"session.ended")", R"("type":"")", "type"},
      {R"("id":"evt_0123456789abcdefghjkmnpqrs")", R"("id":"evt 1")", "id"},
      {R"("id":"evt_0123456789abcdefghjkmnpqrs")", R"("id":"")", "id"},
      {R"("subject":"charger/CP-07/evse/1")", R"("subject":"charger/\u00e4")", "subject"},
      {R"("subject":"charger/CP-07/evse/1")", "\"subject\":\"" + std::string(257, 'a') + '"', "subject"},
      {R"("partitionkey":"charger/CP-07")", R"("partitionkey":{})", "partitionkey"},
      {R"("severity":"low")", R"("severity":"none")", "severity"},
      {R"("basis":"confirmed")", R"("basis":1)", "basis"},
      {R"("time":"2024)", R"("time":"24)", "time"},
      {R"("timequality":"corrected")", R"("timequality":"good")", "timequality"},
      {R"("timeof":"gateway")", R"("timeof":"me")", "timeof"},
      {R"("recordedtime":"2024)", R"("recordedtime":"2500)", "recordedtime"},
      {R"("recordedquality":"synced")", R"("recordedquality":"")", "recordedquality"},
      {R"("data":{)", R"("data":[{)", ""},
      {R"("data":{"energy_wh":12345.10,"text":"a\u00e4\"}b"})", R"("data":[])", "data"},
      {R"("data":{"energy_wh":12345.10,)", R"("data":{"energy_wh":123456789012345678901234567890,)", ""},
      {R"("basis":"confirmed")", R"("basis":"confirmed","basis":"confirmed")", "basis"},
      {R"("basis":"confirmed")", R"("basis":"confirmed","weight":1)", "weight"},
      {R"("basis":"confirmed",)", "", "basis"}};
  const auto text = without_check(to_text(sample()));
  for (const auto& [from, to, name] : cases) {
    CAPTURE(to);
    const auto read = read_export_line(checked(replaced(text, from, to)));
    REQUIRE_FALSE(read);
    CHECK(read.error().message.find(name) != std::string::npos);
    CHECK(read.error().code == (name.empty() ? "json" : "member"));
  }
}

TEST_CASE("an event larger than a record may be is refused by its line") {
  auto line = sample();
  line.event.data = R"({"a":")" + std::string(64 * 1024, 'x') + "\"}";
  CHECK(read_export_line(to_text(line)).error().code == "size");
  line.event.data = R"({"a":")" + std::string(60 * 1024, 'x') + "\"}";
  CHECK(read_export_line(to_text(line)).has_value());
  CHECK(read_export_line(std::string(export_line_bytes_max + 1, 'x')).error().code == "size");
}

TEST_CASE("the end of a page reads back as it was written") {
  const ExportPageEnd end{1'732'428'000'000'017, 254, {3, UINT64_MAX}, true};
  const auto text = to_text(end);
  CHECK(text == R"({"after":1732428000000017,"events":254,"damaged":[3,18446744073709551615],"last":true})");
  CHECK(is_page_end(text));
  CHECK_FALSE(is_page_end(to_text(sample())));
  CHECK(read_page_end(text).value() == end);
  CHECK_FALSE(read_page_end("{}"));
  CHECK_FALSE(read_page_end("nothing"));
}

}  // namespace chargehook::journal
