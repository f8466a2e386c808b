#include <doctest/doctest.h>

#include <map>
#include <string>

#include "depot.hpp"
#include "rules/language/compiler.hpp"

namespace chargehook::rules {

namespace {

using Values = std::map<std::string, Sample>;  // by the name the expression uses

Sample good(double value) { return {value, model::Quality::good, false}; }
const Sample nothing{unknown_value, model::Quality::invalid, false};

Truth value_of(std::string_view expression, const Values& values) {
  const Topology site = depot();
  const Binding binding = everything(site);
  const Compiled compiled = compile(expression, {site, binding});
  REQUIRE(compiled.program);
  std::vector<Sample> slots;
  for (const Input& input : compiled.program->inputs) {
    const auto found = values.find(input.written);
    REQUIRE(found != values.end());
    slots.push_back(found->second);
  }
  return evaluate(*compiled.program, slots);
}

constexpr Truth yes = Truth::yes;
constexpr Truth no = Truth::no;
constexpr Truth unknown = Truth::unknown;

/// A value of grid.power or feeder-a.power that makes `> 5 kW` this truth.
Sample as(Truth truth) {
  if (truth == unknown) return nothing;
  return good(truth == yes ? 6000 : 4000);
}

}  // namespace

TEST_CASE("and, or and not follow Kleene") {
  struct Row {
    Truth left, right, both, either;
  };
  const Row rows[] = {
      {yes, yes, yes, yes},         {yes, no, no, yes},         {yes, unknown, unknown, yes},
      {no, yes, no, yes},           {no, no, no, no},           {no, unknown, no, unknown},
      {unknown, yes, unknown, yes}, {unknown, no, no, unknown}, {unknown, unknown, unknown, unknown},
  };
  for (const Row& row : rows) {
    const Values values{{"grid.power", as(row.left)}, {"feeder-a.power", as(row.right)}};
    CHECK(value_of("grid.power > 5 kW and feeder-a.power > 5 kW", values) == row.both);
    CHECK(value_of("grid.power > 5 kW or feeder-a.power > 5 kW", values) == row.either);
    CHECK(value_of("not grid.power > 5 kW", values) == negation(row.left));
    CHECK(value_of("not (grid.power > 5 kW and feeder-a.power > 5 kW)", values) == negation(row.both));
  }
}

TEST_CASE("each comparison at, below and above its limit") {
  struct Row {
    std::string_view op;
    Truth below, at, above;
  };
  for (const Row& row : {Row{"<", yes, no, no}, Row{"<=", yes, yes, no}, Row{">", no, no, yes}, Row{">=", no, yes, yes},
                         Row{"==", no, yes, no}, Row{"!=", yes, no, yes}}) {
    const std::string op{row.op};
    // The last two are not of the simple shape and go through the machine.
    for (const std::string& expression :
         {"grid.power " + op + " 5 kW", "grid.power + 0 kW " + op + " 5 kW", "not not grid.power " + op + " 5 kW"}) {
      CAPTURE(expression);
      CHECK(value_of(expression, {{"grid.power", good(4999)}}) == row.below);
      CHECK(value_of(expression, {{"grid.power", good(5000)}}) == row.at);
      CHECK(value_of(expression, {{"grid.power", good(5001)}}) == row.above);
      CHECK(value_of(expression, {{"grid.power", nothing}}) == unknown);
    }
  }
}

TEST_CASE("a limit may stand first") {
  CHECK(value_of("5 kW < grid.power", {{"grid.power", good(6000)}}) == yes);
  CHECK(value_of("5 kW <= grid.power", {{"grid.power", good(5000)}}) == yes);
  CHECK(value_of("5 kW > grid.power", {{"grid.power", good(6000)}}) == no);
  CHECK(value_of("5 kW >= grid.power", {{"grid.power", good(5000)}}) == yes);
}

TEST_CASE("between holds at both ends, and is false when one end alone is missed") {
  const auto check = [](double value) {
    return value_of("grid.voltage_l1 between 207 V and 253 V", {{"grid.voltage_l1", good(value)}});
  };
  CHECK(check(206.9) == no);
  CHECK(check(207) == yes);
  CHECK(check(253) == yes);
  CHECK(check(253.1) == no);
  CHECK(value_of("grid.voltage_l1 not between 207 V and 253 V", {{"grid.voltage_l1", good(260)}}) == yes);
  CHECK(value_of("grid.voltage_l1 not between 207 V and 253 V", {{"grid.voltage_l1", nothing}}) == unknown);
  const std::string_view of_signals = "grid.power between 5 kW and feeder-a.power";
  CHECK(value_of(of_signals, {{"grid.power", good(4000)}, {"feeder-a.power", nothing}}) == no);
  CHECK(value_of(of_signals, {{"grid.power", good(6000)}, {"feeder-a.power", nothing}}) == unknown);
}

TEST_CASE("numbers come out in their units") {
  struct Row {
    std::string_view expression;
    double power;
    double other;
    Truth truth;
  };
  for (const Row& row : {
           Row{"grid.power > 90 % of site.import_limit", 225001, 0, yes},
           Row{"grid.power > 90 % of site.import_limit", 224999, 0, no},
           Row{"grid.power > 110 % of feeder-a.power + 500 W", 11501, 10000, yes},
           Row{"grid.power > 110 % of feeder-a.power + 500 W", 11499, 10000, no},
           Row{"grid.power - feeder-a.power > 1 kW", 3001, 2000, yes},
           Row{"grid.power - 2 * feeder-a.power > 1 kW", 3001, 2000, no},
           Row{"grid.power * 15 min > 2.5 kWh", 10001, 0, yes},
           Row{"grid.power * 15 min > 2.5 kWh", 9999, 0, no},
           Row{"5 kWh / 30 min > grid.power", 9999, 0, yes},
           Row{"grid.power / feeder-a.power > 50 %", 5001, 10000, yes},
           Row{"grid.power / feeder-a.power > 50 %", 5001, 0, unknown},
           Row{"0 kW / feeder-a.power > 50 %", 0, 0, unknown},
           Row{"-grid.power > 5 kW", -5001, 0, yes},
           Row{"- -grid.power > 5 kW", 5001, 0, yes},
           Row{"grid.power > -5 kW", -4999, 0, yes},
           Row{"abs(grid.power) > 5 kW", -5001, 0, yes},
           Row{"max(grid.power, feeder-a.power) > 5 kW", 1, 5001, yes},
           Row{"min(grid.power, feeder-a.power, 4 kW) > 3 kW", 5000, 3001, yes},
           Row{"avg(grid.power, feeder-a.power) >= 3 kW", 4000, 2000, yes},
           Row{"2 + 3 * 4 > 13 or grid.power > 1 W", 0, 0, yes},
           Row{"(2 + 3) * 4 > 20 or grid.power > 1 W", 0, 0, no},
           Row{"10 - 2 - 3 == 5 and grid.power < 1 W", 0, 0, yes},
           Row{"grid.power < 1 W or grid.power < 1 W and grid.power > 1 W", 0, 0, yes},
       }) {
    CAPTURE(row.expression);
    const Values values{{"grid.power", good(row.power)}, {"feeder-a.power", good(row.other)}};
    CHECK(value_of(row.expression, values) == row.truth);
  }
}

TEST_CASE("temperatures in Fahrenheit, below zero and as differences") {
  CHECK(value_of("charger.temperature > 212 degF", {{"charger.temperature", good(100.1)}}) == yes);
  CHECK(value_of("charger.temperature > -40 degF", {{"charger.temperature", good(-39.9)}}) == yes);
  CHECK(value_of("charger.temperature > -40 degF", {{"charger.temperature", good(-40.1)}}) == no);
  CHECK(value_of("charger.temperature - transformer.temperature > 5 K",
                 {{"charger.temperature", good(31)}, {"transformer.temperature", good(25)}}) == yes);
}

TEST_CASE("an unknown number makes what is reckoned from it unknown") {
  const Values values{{"grid.power", nothing}, {"feeder-a.power", good(9000)}};
  for (const std::string_view expression :
       {"grid.power + feeder-a.power > 5 kW", "max(grid.power, feeder-a.power) > 5 kW", "abs(grid.power) > 5 kW",
        "50 % of grid.power > 5 kW", "-grid.power < 5 kW", "min(feeder-a.power, grid.power) < 99 kW"}) {
    CAPTURE(expression);
    CHECK(value_of(expression, values) == unknown);
  }
}

TEST_CASE("is unknown, is stale and is fresh are never unknown themselves") {
  const Sample stale{unknown_value, model::Quality::stale, false};
  const Sample awaited{unknown_value, model::Quality::invalid, true};
  struct Row {
    Sample sample;
    Truth is_unknown, is_stale, is_fresh;
  };
  for (const Row& row : {Row{good(5), no, no, yes}, Row{nothing, yes, no, no}, Row{stale, yes, yes, no},
                         Row{awaited, unknown, unknown, unknown}}) {
    const Values values{{"grid.power", row.sample}};
    CHECK(value_of("grid.power is unknown", values) == row.is_unknown);
    CHECK(value_of("grid.power is stale", values) == row.is_stale);
    CHECK(value_of("grid.power is fresh", values) == row.is_fresh);
    CHECK(value_of("grid.power is not fresh", values) == negation(row.is_fresh));
  }
}

TEST_CASE("a status is compared word by word") {
  // Words are numbered as the program lists them; others have a number beyond.
  const std::string_view expression = "connector.status == Faulted or connector.status == Unavailable";
  CHECK(value_of(expression, {{"connector.status", good(0)}}) == yes);
  CHECK(value_of(expression, {{"connector.status", good(1)}}) == yes);
  CHECK(value_of(expression, {{"connector.status", good(2)}}) == no);
  CHECK(value_of(expression, {{"connector.status", nothing}}) == unknown);
  CHECK(value_of("connector.status != Faulted", {{"connector.status", good(2)}}) == yes);
  CHECK(value_of("connector.status != Faulted", {{"connector.status", nothing}}) == unknown);
}

TEST_CASE("a simple comparison is noted with its limit in base units, whatever way round it is written") {
  const Topology site = depot();
  for (const std::string_view expression : {"grid.power > 90 % of site.import_limit", "225 kW < grid.power"}) {
    const Compiled compiled = compile(expression, {site, Binding{}});
    REQUIRE(compiled.program);
    REQUIRE(compiled.program->comparison);
    CHECK(compiled.program->comparison->op == OpCode::greater);
    CHECK(compiled.program->comparison->limit == doctest::Approx(225e3));
    CHECK(compiled.program->quantity == model::Quantity::power);
  }
  const Compiled joined = compile("grid.power > 5 kW or grid.power is unknown", {site, Binding{}});
  REQUIRE(joined.program);
  CHECK_FALSE(joined.program->comparison);
  CHECK(joined.program->inputs.size() == 1);
}

}  // namespace chargehook::rules
