#include "mqtt/payload_decode.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>

#include "mqtt/topic_map.hpp"
#include "topics.hpp"

namespace chargehook::mqtt {
namespace {

using namespace std::chrono_literals;

const model::Site site{"depot-nord", "Depot Nord", "Europe/Berlin", "EUR", "DE", "DE*ABC"};
const Arrival arrival{{model::WallTime{1'790'000'000s}, model::BootTime{5s}, model::TimeQuality::synced}, false};

model::Result<Decoded> decode(const TopicConfig& topic, std::string_view payload, const Arrival& how = arrival,
                              std::string_view capture = "CP-07") {
  PayloadDecoder decoder;
  return decoder.decode(topic, std::span(&capture, topic.topic.captures().size()), payload, how, site);
}

/// "temperature=23.5 good, power=1000 good"; or the code of the error.
std::string told(const TopicConfig& topic, std::string_view payload) {
  const auto decoded = decode(topic, payload);
  if (decoded.has_error()) return decoded.error().code;
  std::string out;
  for (const model::Reading& one : decoded.value().readings) {
    out += std::string(out.empty() ? "" : ", ") + std::string(model::signal(one.signal).name.substr(8)) + "=";
    if (const auto* number = std::get_if<double>(&one.value)) {
      char digits[32];
      std::snprintf(digits, sizeof digits, "%g", *number);
      out += digits;
    }
    out += " " + std::string(to_string(one.quality));
  }
  return out;
}

struct Row {
  const char* payload;
  const char* told;
};

TEST_CASE("a payload gives its readings in the base unit, and nothing for what is not there") {
  const std::vector<Row> table{
      {R"({"temp":23.5,"p":11})", "temperature=23.5 good, power=11000 good"},
      {R"({"p":-0.5,"other":[1,2,{"a":null}]})", "power=-500 good"},
      {R"({"temp":0})", "temperature=0 good"},
      {R"({"temp":null,"p":1})", "temperature= invalid, power=1000 good"},
      {R"({"temp":"23.5","p":1})", "temperature= invalid, power=1000 good"},
      {R"({"temp":true})", "temperature= invalid"},
      {R"({"temp":{"v":1}})", "temperature= invalid"},
      {R"({"temp":18446744073709551615})", "temperature=1.84467e+19 good"},
      {R"({"p":1e308})", "power= invalid"},  // finite as sent, not in watts
      {R"({})", "empty"},
      {R"({"TEMP":1})", "empty"},
      {R"([1,2])", "empty"},
      {R"(23.5)", "empty"},
      {R"()", "json"},
      {R"({"temp":23.5)", "json"},
      {R"({"temp":23,5})", "json"},
      {R"({"temp":NaN})", "json"},
      {R"({"temp":1e999})", "json"},
      {R"({"temp":1}{"temp":2})", "json"},
      {R"({"temp":1,"temp":2})", "json"},
      {R"({"temp":1,"x":[{"a":1,"\u0061":2}]})", "json"},
      {"{\"temp\":1,\"x\":\"\xFF\"}", "json"},
      {"temp=23.5", "json"},
  };
  for (const Row& row : table) {
    CAPTURE(row.payload);
    CHECK(told(telemetry(), row.payload) == row.told);
  }
}

TEST_CASE("a reading is of the captured device, at the time of its arrival") {
  const Decoded decoded = decode(telemetry(), R"({"temp":23.5})").value();
  REQUIRE(decoded.readings.size() == 1);
  CHECK(decoded.readings[0].device == "charger/CP-07");
  CHECK(decoded.readings[0].observed == arrival.now.wall);
  CHECK(decoded.readings[0].received == arrival.now.wall);
  CHECK(decoded.readings[0].source == "mqtt");
  CHECK(decoded.absent == 1);
  CHECK(decoded.invalid == 0);
  CHECK(decode(telemetry(), R"({"temp":null})").value().invalid == 0);  // the device says that it does not know
  CHECK(decode(telemetry(), R"({"temp":[]})").value().invalid == 1);
}

TEST_CASE("a payload may be a bare number") {
  TopicConfig topic = telemetry();
  topic.readings = {reading(topic.topic, "charger/<charger>", "charger.temperature", "payload", "degC")};
  CHECK(told(topic, "23.5") == "temperature=23.5 good");
  CHECK(told(topic, " 23 \n") == "temperature=23 good");
  CHECK(told(topic, "\"warm\"") == "temperature= invalid");
  CHECK(told(topic, "warm") == "json");
}

TEST_CASE("a status is a word") {
  TopicConfig topic = telemetry();
  topic.readings = {reading(topic.topic, "charger/<charger>/evse/1", "connector.status", "/s", "")};
  const auto value = [&](const char* payload) { return decode(topic, payload).value().readings[0].value; };
  CHECK(value(R"({"s":"Charging"})") == model::ReadingValue{std::string("Charging")});
  CHECK(value(R"({"s":""})") == model::ReadingValue{});
  CHECK(value(R"({"s":"a\u0007"})") == model::ReadingValue{});
  CHECK(value(R"({"s":3})") == model::ReadingValue{});
}

TEST_CASE("what the broker kept is stale, unless it says of when it is") {
  const Arrival kept{arrival.now, true};
  CHECK(decode(telemetry(), R"({"temp":1})", kept).value().readings[0].quality == model::Quality::stale);
  TopicConfig topic = telemetry();
  topic.time = TimeMapping{path("/t"), TimeMapping::Form::unix_seconds};
  const auto dated = decode(topic, R"({"temp":1,"t":1789999990.5})", kept).value().readings[0];
  CHECK(dated.quality == model::Quality::good);
  CHECK(dated.observed == model::WallTime{1'789'999'990'500ms});
}

struct Clock {
  TimeMapping::Form form;
  const char* time;
  model::WallTime observed;
};

TEST_CASE("a time of the device counts if it is plausible") {
  using Form = TimeMapping::Form;
  const model::WallTime sent{1'789'999'000s};
  const model::WallTime ours = arrival.now.wall;
  const std::vector<Clock> table{
      {Form::rfc3339, R"("2026-09-21T13:56:40Z")", sent},
      {Form::unix_seconds, "1789999000", sent},
      {Form::unix_milliseconds, "1789999000000", sent},
      {Form::rfc3339, R"("yesterday")", ours},
      {Form::rfc3339, "1789999000", ours},
      {Form::rfc3339, R"("1970-01-01T00:00:00Z")", ours},
      {Form::unix_seconds, R"("1789999000")", ours},
      {Form::unix_seconds, "0", ours},
      {Form::unix_seconds, "1e300", ours},
      {Form::unix_seconds, "-1e300", ours},
      {Form::unix_seconds, "1790100000", ours},  // 27 h ahead
      {Form::unix_milliseconds, "null", ours},
  };
  for (const Clock& row : table) {
    CAPTURE(row.time);
    TopicConfig topic = telemetry();
    topic.time = TimeMapping{path("/t"), row.form};
    const std::string payload = std::string(R"({"temp":1,"t":)") + row.time + "}";
    CHECK(decode(topic, payload).value().readings[0].observed == row.observed);
  }
}

const std::string captured =
    R"({"reference":"PSP-9F31","state":"captured","amount":942,"currency":"EUR","session":"ses_1"})";

model::Event event_of(const std::string& payload, std::string_view terminal = "T-1") {
  return decode(payment(), payload, arrival, terminal).value().event.value();
}

TEST_CASE("a payment becomes an event with the members of its mapping") {
  const model::Event event = event_of(captured);
  CHECK(event.type == "payment.completed");
  CHECK(event.event_class == model::EventClass::billing);
  CHECK(event.subject == "terminal/T-1");
  CHECK(event.partition_key == "terminal/T-1");
  CHECK(event.time == arrival.now.wall);
  CHECK(event.data == R"({"amount_minor":942,"currency":"EUR","session":"ses_1","terminal":"T-1"})");
}

TEST_CASE("the same payment again is the same event, another one is another") {
  const std::string id = event_of(captured).id;
  CHECK(event_of(captured).id == id);
  std::string other = captured;
  other.replace(other.find("9F31"), 4, "9F32");
  CHECK(event_of(other).id != id);
  CHECK(event_of(captured, "T-2").id != id);
  CHECK(event_of(R"({"reference":17,"state":"captured","amount":1})").id ==
        event_of(R"({"reference":"17","state":"captured","amount":1})").id);
}

TEST_CASE("an event is made only if its condition is met") {
  const auto made = [](const Condition& condition, const char* payload) {
    TopicConfig topic = payment();
    topic.event->only_if = {condition};
    topic.event->data.clear();
    return decode(topic, payload, arrival, "T-1").value().event.has_value();
  };
  const Condition captured_only{path("/s"), true, std::string("captured")};
  CHECK(made(captured_only, R"({"reference":"a","s":"captured"})"));
  CHECK_FALSE(made(captured_only, R"({"reference":"a","s":"Captured"})"));
  CHECK_FALSE(made(captured_only, R"({"reference":"a"})"));
  CHECK_FALSE(made(captured_only, R"({"s":1})"));  // what is not wanted needs no natural key
  CHECK(made({path("/s"), false, std::string("test")}, R"({"reference":"a","s":"live"})"));
  CHECK(made({path("/n"), true, 3.0}, R"({"reference":"a","n":3})"));
  CHECK(made({path("/n"), true, 3.0}, R"({"reference":"a","n":3.0})"));
  CHECK_FALSE(made({path("/n"), true, 3.0}, R"({"reference":"a","n":"3"})"));
  CHECK(made({path("/b"), true, true}, R"({"reference":"a","b":true})"));
  CHECK_FALSE(made({path("/b"), true, true}, R"({"reference":"a","b":1})"));
  CHECK(made({path("/error"), true, nullptr}, R"({"reference":"a"})"));
  CHECK(made({path("/error"), true, nullptr}, R"({"reference":"a","error":null})"));
  CHECK_FALSE(made({path("/error"), true, nullptr}, R"({"reference":"a","error":"51"})"));
}

TEST_CASE("without a natural key there is no event") {
  for (const char* key : {"null", "\"\"", "1.5", "{}", "[1]", "true", R"("a\u0000")"}) {
    CAPTURE(key);
    const auto decoded =
        decode(payment(), std::string(R"({"state":"captured","amount":1,"reference":)") + key + "}", arrival, "T-1");
    REQUIRE(decoded.has_error());
    CHECK(decoded.error().code == "id");
  }
  CHECK(decode(payment(), R"({"state":"captured"})", arrival, "T-1").error().code == "id");
}

struct Money {
  const char* sent;
  double factor;
  const char* data;
};

TEST_CASE("money is whole in its smallest unit, or the message is refused") {
  const std::vector<Money> table{
      {"942", 1, "942"},          {"9.42", 100, "942"},   {"0.07", 100, "7"},      {"1.1", 100, "110"},
      {"19.99", 100, "1999"},     {"0", 100, "0"},        {"-9.42", 100, "-942"},  {"1234567.89", 100, "123456789"},
      {"4.35", 100, "435"},       {"null", 100, "null"},  {"9.425", 100, "value"}, {"9.4", 1, "value"},
      {"\"9.42\"", 100, "value"}, {"1e30", 100, "value"}, {"true", 100, "value"},  {"{}", 100, "value"},
  };
  for (const Money& row : table) {
    CAPTURE(row.sent);
    TopicConfig topic = payment();
    topic.event->data = {{"a", DataMapping::Whole{path("/amount"), row.factor, Decimals::refused}}};
    const auto decoded =
        decode(topic, std::string(R"({"state":"captured","reference":"a","amount":)") + row.sent + "}", arrival, "T-1");
    if (decoded.has_error()) {
      CHECK(decoded.error().code == row.data);
    } else {
      CHECK(decoded.value().event.value().data == std::string(R"({"a":)") + row.data + "}");
    }
  }
  CHECK(decode(payment(), R"({"state":"captured","reference":"a"})", arrival, "T-1").error().code == "value");
}

TEST_CASE("what is measured is rounded to its unit, and other members go as they are") {
  TopicConfig topic = payment();
  topic.event->only_if.clear();
  topic.event->data = {{"energy_wh", DataMapping::Whole{path("/e"), 1000, Decimals::rounded}},
                       {"raw", DataMapping::Plain{path("/raw")}},
                       {"gone", DataMapping::Plain{path("/gone")}}};
  const auto decoded = decode(topic, R"({"reference":"a","e":1.2346,"raw":{ "x": [1, 2.5, "\"é"] }})", arrival, "T-1");
  CHECK(decoded.value().event.value().data == R"({"energy_wh":1235,"raw":{"x":[1,2.5,"\"é"]},"gone":null})");
}

TEST_CASE("too large, too deep and too much are refused, not followed") {
  CHECK(told(telemetry(), std::string(payload_bytes_max + 1, ' ')) == "size");
  const auto nested = [](int depth) {
    return R"({"temp":1,"x":)" + std::string(static_cast<std::size_t>(depth), '[') +
           std::string(static_cast<std::size_t>(depth), ']') + "}";
  };
  CHECK(told(telemetry(), nested(payload_depth_max - 1)) == "temperature=1 good");
  CHECK(told(telemetry(), nested(payload_depth_max + 1)) == "json");
  CHECK(told(telemetry(), nested(30'000)) == "json");
  TopicConfig topic = payment();
  topic.event->data = {{"a", DataMapping::Plain{path("/x")}}, {"b", DataMapping::Plain{path("/x")}}};
  const std::string large = R"({"state":"captured","reference":"a","x":")" + std::string(40'000, 'x') + "\"}";
  CHECK(decode(topic, large, arrival, "T-1").error().code == "size");
}

TEST_CASE("a broker's messages go to the mapping of their topic, and each is counted there") {
  TopicMap map({telemetry(), payment()});
  CHECK(map.take("depot/CP-07/telemetry", R"({"temp":1})", arrival, site).value().readings.size() == 1);
  CHECK(map.take("terminal/T-1/payment", captured, arrival, site).value().event.has_value());
  CHECK(map.take("terminal/T-1/payment", "{", arrival, site).has_error());
  CHECK(map.take("depot/CP 07/telemetry", R"({"temp":1})", arrival, site).error().code == "topic");
  CHECK(map.take("else", "", arrival, site).error().code == "topic");
  CHECK(map.unmatched() == 2);
  CHECK(map.status()[0] == TopicStatus{"depot/<charger>/telemetry", 1, 0, 1, 0, 1, 0, ""});
  CHECK(map.status()[1] ==
        TopicStatus{"terminal/<terminal>/payment", 2, 1, 0, 1, 0, 0, "the payload is not one JSON value"});
}

TEST_CASE("500 spoilt payloads are refused or read, and none leaves anything behind in the next") {
  std::mt19937 random{11};
  TopicMap map({telemetry(), payment()});
  std::uint64_t refused = 0;
  for (int i = 0; i < 500; ++i) {
    std::string payload = captured;
    for (auto changes = 1 + random() % 4; changes > 0 && !payload.empty(); --changes) {
      const auto at = random() % payload.size();
      switch (random() % 4) {
        case 0:
          payload[at] = static_cast<char>(random());
          break;
        case 1:
          payload.erase(at, 1 + random() % 8);
          break;
        case 2:
          payload.insert(at, payload.substr(random() % payload.size(), random() % 40));
          break;
        default:
          payload.resize(at);
      }
    }
    const auto decoded = map.take("terminal/T-1/payment", payload, arrival, site);
    if (decoded.has_error()) {
      ++refused;
      CHECK(decoded.error().message.find('\n') == std::string::npos);
    } else if (decoded.value().event) {
      CHECK(decoded.value().event->data.starts_with("{\"amount_minor\":"));
    }
    CHECK(map.take("terminal/T-1/payment", captured, arrival, site).value().event == event_of(captured));
  }
  CHECK(map.status()[1].refused == refused);
  CHECK(refused > 300);
}

}  // namespace
}  // namespace chargehook::mqtt
