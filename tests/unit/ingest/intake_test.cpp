#include "ingest/intake.hpp"

#include <doctest/doctest.h>

#include <random>
#include <string>
#include <vector>

namespace chargehook::ingest {
namespace {

using namespace std::chrono_literals;

const std::string content_type = "application/cloudevents+json";

const std::string good = R"({
  "specversion": "1.0",
  "id": "PSP-9F31",
  "source": "/terminal/T-1",
  "type": "io.chargehook.payment.completed",
  "subject": "terminal/T-1/slot/2",
  "time": "2026-11-24T06:12:09.120Z",
  "severity": "low",
  "data": {"amount_minor": 942, "currency": "EUR", "rate": 1.10}
})";

const model::Site site{"depot-nord", "Depot Nord", "Europe/Berlin", "EUR", "DE", ""};

model::WallTime at(const char* text) { return model::parse_rfc3339(text).value(); }

const model::Now now{at("2026-11-24T06:12:10Z"), {}, model::TimeQuality::synced};

model::Result<model::Event> read(std::string_view body, std::string_view type = content_type) {
  return read_cloud_event(site, type, body, now);
}

/// The good event with `from` replaced by `to`; `from` must be there.
std::string with(std::string_view from, std::string_view to, std::string text = good) {
  const auto place = text.find(from);
  REQUIRE(place != std::string::npos);
  return text.replace(place, from.size(), to);
}

std::string with_data(const std::string& data) {
  return with(R"({"amount_minor": 942, "currency": "EUR", "rate": 1.10})", data);
}

TEST_CASE("a payment that was handed in becomes an event") {
  const auto event = read(good);
  REQUIRE(event.has_value());
  CHECK(event.value().id.starts_with("evt_"));
  CHECK(event.value().id.size() == 30);
  CHECK(event.value().type == "payment.completed");
  CHECK(event.value().subject == "terminal/T-1/slot/2");
  CHECK(event.value().partition_key == "terminal/T-1");
  CHECK(event.value().event_class == model::EventClass::billing);
  CHECK(event.value().severity == model::Severity::low);
  CHECK(event.value().basis == model::Basis::confirmed);
  CHECK(event.value().time == at("2026-11-24T06:12:09.120Z"));
  CHECK(event.value().time_quality == model::TimeQuality::unknown);
  CHECK(event.value().data == R"({"amount_minor":942,"currency":"EUR","rate":1.10})");
}

TEST_CASE("variants that mean the same or are allowed") {
  struct Case {
    const char* what;
    std::string body;
  };
  const std::vector<Case> cases{
      {"type without prefix", with("io.chargehook.payment", "payment")},
      {"no time", with(R"("time": "2026-11-24T06:12:09.120Z",)", "")},
      {"null is absent", with(R"("time": "2026-11-24T06:12:09.120Z")", R"("time": null)")},
      {"unknown extension", with(R"("id")", R"("traceparent": "00-x", "id")")},
      {"an extension that is a number", with(R"("id")", R"("sequence": 7, "id")")},
      {"an array as extension", with(R"("id")", R"("list": [1, {"a": "}"}], "id")")},
      {"datacontenttype", with(R"("id")", R"("datacontenttype": "application/json; charset=utf-8", "id")")},
      {"datacontenttype +json", with(R"("id")", R"("datacontenttype": "application/vnd.x+json", "id")")},
      {"escaped key", with(R"("subject")", R"("subj\u0065ct")")},
      {"severity is no word of ours", with(R"("low")", R"("dire")")},
      {"a subject of 256 bytes", with("terminal/T-1/slot/2", std::string(256, 'x'))},
  };
  for (const auto& variant : cases) {
    CAPTURE(variant.what);
    const auto event = read(variant.body);
    REQUIRE_MESSAGE(event.has_value(), event.error().message);
    CHECK(event.value().id == read(good).value().id);
    CHECK(event.value().data == read(good).value().data);
  }
}

TEST_CASE("data is kept as it was sent, blanks apart") {
  struct Case {
    std::string sent;
    std::string kept;
  };
  const std::vector<Case> cases{
      {"{}", "{}"},
      {R"({ "a" : [ 1 , 2.50 , 1e3 , -0.0 ] })", R"({"a":[1,2.50,1e3,-0.0]})"},
      {R"({"n": 18446744073709551615, "m": -9223372036854775808})",
       R"({"n":18446744073709551615,"m":-9223372036854775808})"},
      {R"({"text": "a , b : { } [ ] \" \\", "more": {"x": "}"}})",
       R"({"text":"a , b : { } [ ] \" \\","more":{"x":"}"}})"},
      {R"({"u": "\u00e9é\n"})", R"({"u":"\u00e9é\n"})"},
      {"{\n\t\"a\":\r\n null}", R"({"a":null})"},
  };
  for (const auto& expected : cases) {
    CAPTURE(expected.sent);
    const auto event = read(with_data(expected.sent));
    REQUIRE_MESSAGE(event.has_value(), event.error().message);
    CHECK(event.value().data == expected.kept);
  }
}

TEST_CASE("data is found wherever it stands and however its name is written") {
  const std::string rest = R"("specversion":"1.0","id":"1","source":"/s","type":"user.created","subject":"user/1")";
  const std::vector<std::string> bodies{
      R"({"data":{"a":"x"},)" + rest + "}",
      R"({"first":"\\\"},{","second":[["]"]],"data":{"a":"x"},)" + rest + R"(,"last":{"data":{}}})",
      R"({)" + rest + R"(,"d\u0061ta":{"a":"x"}})",
      R"({"e":{},"f":[],"g":true,)" + rest + R"(,"data":{"a":"x"},"h":-1.5e-7})",
  };
  for (const auto& body : bodies) {
    CAPTURE(body);
    const auto event = read(body);
    REQUIRE_MESSAGE(event.has_value(), event.error().message);
    CHECK(event.value().data == R"({"a":"x"})");
  }
}

TEST_CASE("the partition key may be given, and is the device otherwise") {
  CHECK(read(with(R"("id")", R"("partitionkey": "session/77", "id")")).value().partition_key == "session/77");
  CHECK(read(with("terminal/T-1/slot/2", "user-7")).value().partition_key == "user-7");
}

TEST_CASE("a severity that is not given is info") {
  CHECK(read(with(R"("severity": "low",)", "")).value().severity == model::Severity::info);
  CHECK(read(with(R"("severity": "low")", R"("severity": 4)")).value().severity == model::Severity::info);
}

TEST_CASE("a time that cannot be true gives way to ours") {
  struct Case {
    const char* sent;
    model::TimeQuality our_quality;
    bool ours;
  };
  const std::vector<Case> cases{
      {"2023-12-31T23:59:59Z", model::TimeQuality::synced, true},
      {"2024-01-01T00:00:00Z", model::TimeQuality::synced, false},
      {"2026-11-25T07:12:10Z", model::TimeQuality::synced, false},
      {"2026-11-25T07:12:11Z", model::TimeQuality::synced, true},
      {"1970-01-01T00:00:00Z", model::TimeQuality::unknown, true},
      {"2031-01-01T00:00:00+01:00", model::TimeQuality::unknown, false},  // our own clock was never set
  };
  for (const auto& expected : cases) {
    CAPTURE(expected.sent);
    auto moment = now;
    moment.quality = expected.our_quality;
    const auto event = read_cloud_event(site, content_type, with("2026-11-24T06:12:09.120Z", expected.sent), moment);
    REQUIRE(event.has_value());
    CHECK(event.value().time == (expected.ours ? moment.wall : at(expected.sent)));
    CHECK(event.value().time_quality == (expected.ours ? moment.quality : model::TimeQuality::unknown));
  }
}

TEST_CASE("a content type is read as HTTP means it") {
  for (const char* accepted : {"application/cloudevents+json", "application/cloudevents+json; charset=UTF-8",
                               "Application/CloudEvents+JSON ;charset=utf-8", " application/cloudevents+json"}) {
    CHECK_MESSAGE(read(good, accepted).has_value(), accepted);
  }
  for (const char* refused : {"", ";", "application/json", "application/cloudevents-batch+json", "text/plain",
                              "application/cloudevents+jsonx"}) {
    const auto event = read(good, refused);
    REQUIRE_MESSAGE(event.has_error(), refused);
    CHECK(event.error().code == "content_type");
  }
}

TEST_CASE("what is wrong is named, in one sentence, by the code that stands for it") {
  const std::string deep = with_data(R"({"a":)" + std::string(63, '[') + std::string(63, ']') + "}");
  struct Case {
    std::string body;
    const char* code;
    const char* says;
  };
  const std::vector<Case> cases{
      {"", "json", "empty"},
      {" ", "json", "JSON object"},
      {"nonsense", "json", "JSON object"},
      {"[]", "json", "another JSON value"},
      {"\"text\"", "json", "another JSON value"},
      {good + good, "json", "JSON object"},
      {good + " x", "json", "JSON object"},
      {good.substr(0, good.size() - 1), "json", "JSON object"},
      {with("PSP", "\xff\xfe"), "json", "UTF-8"},
      {with("PSP", "a\nb"), "json", "string"},
      {with(R"("id")", R"("id": "1", "id")"), "json", "a key twice"},
      {with(R"("id")", R"("i\u0064": "1", "id")"), "json", "a key twice"},
      {with_data(R"({"a": 1, "b": 2, "a": 3})"), "json", "a key twice"},
      {with_data(R"({"x": [{"y": {"a": 1, "a": 1}}]})"), "json", "a key twice"},
      {with_data(R"({"n": 184467440737095516150})"), "json", "64 bits"},
      {with_data(R"({"n": 01})"), "json", "number"},
      {with_data(R"({"n": NaN})"), "json", "JSON object"},
      {deep, "json", "64 levels"},
      {with_data(R"({"a":)" + std::string(20'000, '[') + std::string(20'000, ']') + "}"), "json", "64 levels"},
      {with_data(R"({"a":")" + std::string(body_bytes_max, 'x') + "\"}"), "size", "at most 61440"},
      {with(R"("specversion": "1.0",)", ""), "cloudevent", "specversion is missing"},
      {with(R"("1.0")", R"("0.3")"), "cloudevent", R"(must be "1.0", not "0.3")"},
      {with(R"("1.0")", "1.0"), "cloudevent", "specversion must be a string"},
      {with(R"("id": "PSP-9F31",)", ""), "cloudevent", "id is missing"},
      {with("PSP-9F31", ""), "cloudevent", "id must be a string that is not empty"},
      {with(R"("PSP-9F31")", "931"), "cloudevent", "id must be a string"},
      {with(R"("source": "/terminal/T-1",)", ""), "cloudevent", "source is missing"},
      {with(R"("type": "io.chargehook.payment.completed",)", ""), "cloudevent", "type is missing"},
      {with("payment.completed", "payment.done"), "type", R"("io.chargehook.payment.done" is not one)"},
      {with("io.chargehook.payment", "com.example.payment"), "type", "docs/events"},
      {with("payment.completed", "delivery.gap"), "type", "cannot be handed in"},
      {with("payment.completed", "gateway.audit"), "type", "cannot be handed in"},
      {with(R"("subject": "terminal/T-1/slot/2",)", ""), "cloudevent", "subject is missing"},
      {with(R"("terminal/T-1/slot/2")", "{}"), "cloudevent", "subject must be a string"},
      {with("terminal/T-1/slot/2", ""), "subject", "1 to 256"},
      {with("terminal/T-1/slot/2", " "), "subject", "without blanks"},
      {with("terminal/T-1/slot/2", "Säule 1"), "subject", "ASCII"},
      {with("terminal/T-1/slot/2", "a\\u0000b"), "subject", "printable"},
      {with("terminal/T-1/slot/2", std::string(257, 'x')), "subject", "256"},
      {with(R"("id")", R"("partitionkey": "", "id")"), "cloudevent", "partitionkey"},
      {with(R"("id")", R"("partitionkey": 7, "id")"), "cloudevent", "partitionkey"},
      {with("2026-11-24T06:12:09.120Z", "24.11.2026 06:12"), "cloudevent", R"(not "24.11.2026 06:12")"},
      {with(R"("2026-11-24T06:12:09.120Z")", "1790000000"), "cloudevent", "time must be a string"},
      {with(R"("id")", R"("datacontenttype": "text/xml", "id")"), "cloudevent", R"(not "text/xml")"},
      {with(R"("id")", R"("data_base64": "e30=", "id")"), "cloudevent", "data_base64"},
      {with_data("[1]"), "cloudevent", "data must be a JSON object"},
      {with_data("null"), "cloudevent", "data is missing"},
      {with_data("\"{}\""), "cloudevent", "data must be a JSON object"},
  };
  for (const auto& bad : cases) {
    CAPTURE(bad.body.substr(0, 300));
    const auto event = read(bad.body);
    REQUIRE(event.has_error());
    CHECK(event.error().code == bad.code);
    CHECK_MESSAGE(event.error().message.find(bad.says) != std::string::npos, event.error().message);
    CHECK(event.error().message.find('\n') == std::string::npos);
  }
}

TEST_CASE("64 levels are read, one more is not") {
  // The event, data, and 62 arrays.
  const auto nested = [](std::size_t arrays) {
    return with_data(R"({"a":)" + std::string(arrays, '[') + std::string(arrays, ']') + "}");
  };
  CHECK(read(nested(62)).has_value());
  CHECK(read(nested(63)).has_error());
}

TEST_CASE("the same request gives the same id, and whatever tells two events apart another one") {
  const auto id = [](const std::string& body) { return read(body).value().id; };
  CHECK(id(good) == id(good));
  CHECK(id(good) == id(with("942", "943")));  // the same thing, told differently
  CHECK(id(good) != id(with("/terminal/T-1", "/terminal/T-2")));
  CHECK(id(good) != id(with("PSP-9F31", "PSP-9F32")));
  CHECK(id(good) != id(with("payment.completed", "payment.failed")));
  auto elsewhere = site;
  elsewhere.id = "depot-sued";
  CHECK(id(good) != read_cloud_event(elsewhere, content_type, good, now).value().id);
}

TEST_CASE("a damaged event is either read or refused with one clear sentence") {
  std::mt19937 random{20261124};
  const auto pick = [&](std::size_t below) { return std::uniform_int_distribution<std::size_t>{0, below - 1}(random); };
  int read_well = 0;
  for (int round = 0; round < 500; ++round) {
    std::string body = good;
    for (std::size_t change = pick(3) + 1; change > 0; --change) {
      const auto place = pick(body.size());
      switch (pick(4)) {
        case 0:
          body[place] = static_cast<char>(pick(256));
          break;
        case 1:
          body.erase(place, pick(8) + 1);
          break;
        case 2:
          body.insert(place, body.substr(pick(body.size()), pick(16)));
          break;
        default:
          body[place] = "{}[]\",:\\0x"[pick(10)];
          break;
      }
    }
    const auto event = read(body);
    read_well += event.has_value();
    if (event.has_error()) {
      CHECK_FALSE(event.error().code.empty());
      CHECK(event.error().message.find_first_of("\r\n") == std::string::npos);
      CHECK(event.error().message.size() < 300);
    } else {
      CHECK(event.value().data.front() == '{');
      CHECK(event.value().data.back() == '}');
    }
  }
  CHECK(read_well > 20);
  CHECK(read_well < 480);
}

}  // namespace
}  // namespace chargehook::ingest
