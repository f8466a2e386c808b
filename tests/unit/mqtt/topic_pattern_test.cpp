#include "mqtt/topic_pattern.hpp"

#include <doctest/doctest.h>

#include "mqtt/json_path.hpp"
#include "mqtt/text_template.hpp"

namespace chargehook::mqtt {
namespace {

TopicPattern pattern(std::string_view text) { return TopicPattern::parse(text).value(); }

/// Captures joined by blanks; "no" if the topic does not match.
std::string matched(std::string_view written, std::string_view topic) {
  const auto values = pattern(written).match(topic);
  if (!values) return "no";
  std::string out;
  for (const std::string_view value : *values) out.append(out.empty() ? "" : " ").append(value);
  return out;
}

TEST_CASE("a pattern is subscribed to with one + for each capture") {
  CHECK(pattern("depot/<charger>/telemetry").filter() == "depot/+/telemetry");
  CHECK(pattern("<site>/<charger>").filter() == "+/+");
  CHECK(pattern("trafo/temp").filter() == "trafo/temp");
  CHECK(pattern("/a//b").filter() == "/a//b");
  CHECK(pattern("depot/<charger>/evse/<evse>").captures() == std::vector<std::string>{"charger", "evse"});
}

struct Match {
  const char* pattern;
  const char* topic;
  const char* values;
};

TEST_CASE("a topic matches level by level, and what is captured is a device id") {
  const std::vector<Match> table{
      {"depot/<charger>/telemetry", "depot/CP-07/telemetry", "CP-07"},
      {"depot/<charger>/telemetry", "depot/DE*ABC*7/telemetry", "DE*ABC*7"},
      {"depot/<charger>/evse/<evse>", "depot/CP-07/evse/1", "CP-07 1"},
      {"trafo/temp", "trafo/temp", ""},
      {"depot/<charger>/telemetry", "depot/CP-07/status", "no"},
      {"depot/<charger>/telemetry", "depot/CP-07/telemetry/more", "no"},
      {"depot/<charger>/telemetry", "depot/CP-07", "no"},
      {"depot/<charger>/telemetry", "Depot/CP-07/telemetry", "no"},
      {"depot/<charger>/telemetry", "", "no"},
      {"depot/<charger>/telemetry", "depot//telemetry", "no"},
      {"depot/<charger>/telemetry", "depot/a b/telemetry", "no"},
      {"depot/<charger>/telemetry", "depot/a\nb/telemetry", "no"},
      {"depot/<charger>/telemetry", "depot/Säule/telemetry", "no"},
      {"depot/<charger>/telemetry", "depot/<x>/telemetry", "no"},
      {"depot/<charger>", "depot/123456789012345678901234567890123456789012345678",
       "123456789012345678901234567890123456789012345678"},
      {"depot/<charger>", "depot/1234567890123456789012345678901234567890123456789", "no"},
  };
  for (const Match& row : table) {
    CAPTURE(row.pattern);
    CAPTURE(row.topic);
    CHECK(matched(row.pattern, row.topic) == row.values);
  }
}

TEST_CASE("what is no pattern is refused with a sentence") {
  const auto why = [](std::string_view text) { return TopicPattern::parse(text).error().message; };
  CHECK(why("") == "a topic is not empty");
  CHECK(why("depot/+/x") == "a topic has no wildcards: write <charger> for one level");
  CHECK(why("depot/#") == "a topic has no wildcards: write <charger> for one level");
  CHECK(why("depot/cp-<charger>/x") == "`cp-<charger>` is not one whole level of a name: <charger>");
  CHECK(why("depot/<>/x") == "`<>` is not one whole level of a name: <charger>");
  CHECK(why("depot/<charger/x") == "`<charger` is not one whole level of a name: <charger>");
  CHECK(why("depot/<Charger>/x") == "`<Charger>` is not one whole level of a name: <charger>");
  CHECK(why("<a>/<a>") == "<a> is there twice");
  CHECK(why("a\tb") == "a topic has no control characters");
  CHECK(why(std::string(257, 'a')) == "a topic has at most 256 bytes");
}

TEST_CASE("two patterns overlap if one topic can match both") {
  CHECK(pattern("a/<x>").overlaps(pattern("<y>/b")));
  CHECK(pattern("a/<x>").overlaps(pattern("a/<y>")));
  CHECK_FALSE(pattern("a/<x>").overlaps(pattern("b/<x>")));
  CHECK_FALSE(pattern("a/<x>").overlaps(pattern("a/<x>/c")));
}

TEST_CASE("a template takes the captures of its topic and no others") {
  const std::vector<std::string> names{"charger", "evse"};
  const std::vector<std::string_view> values{"CP-07", "1"};
  const auto filled = [&](std::string_view text) { return TextTemplate::parse(text, names).value().fill(values); };
  CHECK(filled("charger/<charger>/evse/<evse>") == "charger/CP-07/evse/1");
  CHECK(filled("<evse><evse>") == "11");
  CHECK(filled("a > b") == "a > b");
  CHECK(filled("") == "");
  CHECK(TextTemplate::parse("<site>", names).error().message == "<site> is not in the topic");
  CHECK(TextTemplate::parse("a<charger", names).error().message == "a < without >");
}

TEST_CASE("a value is pointed at, or is the whole payload") {
  CHECK(JsonPath::parse("payload").value().pointer().empty());
  CHECK(JsonPath::parse("/a/0/b~1c").value().pointer() == "/a/0/b~1c");
  for (const char* wrong : {"", "/", "a", "payload/a", "/a~", "/a~2", "/a\nb"}) {
    CAPTURE(wrong);
    CHECK(JsonPath::parse(wrong).has_error());
  }
}

}  // namespace
}  // namespace chargehook::mqtt
