#include <doctest/doctest.h>

#include <string>

#include "depot.hpp"
#include "rules/language/compiler.hpp"

namespace chargehook::rules {

namespace {

struct Bad {
  std::string_view marked;  ///< the expression, with braces around the place of the error
  std::string_view code;
  std::string_view help;  ///< a part of the help
};

const Bad bad_expressions[] = {
    // Characters, numbers, units
    {"grid.power > 250 kW {?}", "E201", ""},
    {"grid.power > {\"}250 kW\"", "E201", "'like this'"},
    {"charger {'CP-07.power > 5 kW}", "E201", "end the name"},
    {"grid.power > {4,6} kW", "E202", "write 4.6"},
    {"grid.power > {4,600} kW", "E202", "write 4.6 or 4600"},
    {"grid.power > {1.000} kW", "E202", "write 1 or 1000"},
    {"grid.power > {12.250} kW", "E202", "write 12.25 or 12250"},
    {"grid.power > {007} kW", "E202", "leading 0"},
    {"grid.power > {1234567890123456} kW", "E202", ""},
    {"grid.power > 250 {kw}", "E203", "\"kW\""},
    {"grid.power > 250 {KW}", "E203", "\"kW\""},
    {"grid.power > 250 {kWatt}", "E203", "units are"},
    {"grid.power > 1{e3} W", "E203", "all digits"},
    {"charger.temperature > 70 {grad}", "E203", "units are"},
    {"grid.power > 5 {kW-3} kW", "E218", "5 A - 3 A"},
    // Words of other languages
    {"grid.power > 5 kW {&&} grid.power < 9 kW", "E219", "and"},
    {"grid.power > 5 kW {||} grid.power < 9 kW", "E219", "or"},
    {"{!}grid.power", "E219", "not"},
    {"connector.status {=} Faulted", "E219", "=="},
    {"grid.power {=>} 5 kW", "E219", ">="},
    {"grid.power {<>} 5 kW", "E219", "!="},
    {"grid.power {\xe2\x89\xa4} 5 kW", "E219", "<="},
    {"grid.power {\xe2\x88\x92} 5 kW > 3 kW", "E219", "-"},
    {"grid.power >{\xc2\xa0}5 kW", "E219", "ordinary blank"},
    // Grammar
    {"grid.power >{}", "E210", ""},
    {"{>} 5 kW", "E210", ""},
    {"grid. {>} 5 kW", "E210", ""},
    {"grid.power > {>} 5 kW", "E210", ""},
    {"grid.power > 5 kW {grid}.power", "E210", ""},
    {"grid.power > 5 kW {adn} grid.power < 9 kW", "E210", "and"},
    {"grid.power > 5 kW and{}", "E210", ""},
    {"grid.power > {or} grid.power", "E210", ""},
    {"grid.power between 5 kW {or} 9 kW", "E210", ""},
    {"grid.power between 5 kW{}", "E210", ""},
    {"grid.power is {missing}", "E210", ""},
    {"grid.power -5 kW {3} kW > 1 W", "E210", "operator missing"},
    {"'CP-07' {>} 5 kW", "E210", ""},
    {"grid.power > 5 kW {<} 9 kW", "E211", "between"},
    {"1 A < phase.current {<} 5 A", "E211", "between"},
    {"grid.power is fresh {is} fresh", "E211", ""},
    {"{(}grid.power > 5 kW", "E214", "add )"},
    {"grid.power > 5 kW{)}", "E210", ""},
    {"(grid.power > 5 kW {grid}", "E210", ""},
    {"({)}", "E210", ""},
    {"{}", "E217", "for example"},
    {"   {}", "E217", "for example"},
    {"{median}(phase.current, 5 A) > 3 A", "E228", "abs, avg, max, min"},
    {"{mx}(phase.current, 5 A) > 3 A", "E228", "max"},
    {"{abs(phase.current, 5 A)} > 3 A", "E229", ""},
    {"{max(phase.current)} > 3 A", "E229", ""},
    {"grid.power not between {9 kW and 5 kW}", "E229", "smaller"},
    // Names
    {"{gird}.power > 5 kW", "E220", "grid"},
    {"{feeder-x}.power > 5 kW", "E220", "feeder-a"},
    {"charger {'CP-08'}.power > 5 kW", "E220", "CP-07"},
    {"{boiler 'CP-07'.power} > 5 kW", "E220", "kinds are"},
    {"circuit {'CP-07'}.power > 5 kW", "E220", ""},
    {"{a.b.c} > 5 kW", "E220", "feeder-a.power"},
    {"grid.{powr} > 5 kW", "E221", "power"},
    {"charger.{temp} > 70 degC", "E221", "there is power"},
    {"phase.{power_factor} > 5 kW", "E221", "current"},
    {"site.{import} > 5 kW", "E221", "site.import_limit"},
    {"grid.power > contract.{pwer}", "E221", "contract.power"},
    {"{grid.power-feeder-a.power} > 5 kW", "E218", "a.power - b.power"},
    {"grid.{power-5} > 5 kW", "E218", "a.power - b.power"},
    {"{feeder-b.power} > 5 kW", "E224", "meter:"},
    {"{feeder-a.voltage_l1} > 5 V", "E225", "profile"},
    // Types
    {"{grid.power}", "E215", "compare"},
    {"not {grid.power}", "E215", "compare"},
    {"grid.power > 5 kW and {grid.power}", "E215", "compare"},
    {"{Faulted}", "E210", "a dot"},
    {"grid.power > {limit}", "E210", "a dot"},
    {"{(grid.power > 5 kW)} > 3 kW", "E216", "and, or, not"},
    {"{(grid.power > 5 kW)} + 3 kW > 3 kW", "E216", "and, or, not"},
    {"{5 kW > 3 kW}", "E226", "grid.power"},
    {"{main.rating > 80 % of feeder-a.rating}", "E226", "grid.power"},
    {"{5 kW} is stale", "E227", "is stale"},
    {"{(grid.power + 1 kW)} is fresh", "E227", "is stale"},
    {"{connector.status > Faulted}", "E208", "=="},
    {"connector.status == {5}", "E208", "Available"},
    {"connector.status == {connector.error}", "E208", "Available"},
    {"{connector.status} + 5 A > 3 A", "E208", "=="},
    {"{connector.status} between 1 and 2", "E208", "=="},
    {"connector.status == {faulted}", "E209", "Faulted"},
    {"connector.status == {Faultd}", "E209", "Faulted"},
    {"connector.error == {GroundFault}", "E209", "GroundFailure"},
    {"grid.power / 0 > {5 kW / 0}", "E206", "division by 0"},
};

/// The expression without its braces.
std::string expression_of(const Bad& bad) {
  std::string out;
  for (const char c : bad.marked) {
    if (c != '{' && c != '}') out += c;
  }
  return out;
}

Place place_of(const Bad& bad) {
  const std::size_t open = bad.marked.find('{');
  return {open, bad.marked.find('}') - open - 1};
}

}  // namespace

TEST_CASE("a wrong expression is refused with its code, its place and what to write instead") {
  const Topology site = depot();
  const Binding binding = everything(site);
  for (const Bad& bad : bad_expressions) {
    const std::string expression = expression_of(bad);
    CAPTURE(expression);
    const Compiled compiled = compile(expression, Scope{site, binding});
    CHECK_FALSE(compiled.program);
    REQUIRE(compiled.errors.size() >= 1);
    const Diagnostic& error = compiled.errors[0];
    CAPTURE(error.message);
    CHECK(error.code == bad.code);
    CHECK(error.place.offset == place_of(bad).offset);
    CHECK(error.place.length == place_of(bad).length);
    CHECK(error.help.find(bad.help) != std::string::npos);
  }
}

TEST_CASE("all type errors of an expression are found in one pass, in the order they stand") {
  const Topology site = depot();
  const Binding binding = everything(site);
  const Compiled compiled =
      compile("gird.power > 5 kW and phase.current > 5 kW or connector.status == Faultd", Scope{site, binding});
  REQUIRE(compiled.errors.size() == 3);
  CHECK(compiled.errors[0].code == "E220");
  CHECK(compiled.errors[1].code == "E204");
  CHECK(compiled.errors[2].code == "E209");
}

TEST_CASE("a word that `each` does not give is refused with what to add") {
  const Topology site = depot();
  const Binding nothing;
  for (const std::string word : {"phase", "circuit", "meter", "charger", "connector"}) {
    const Compiled compiled = compile(word + ".power > 5 kW", Scope{site, nothing});
    REQUIRE(compiled.errors.size() == 1);
    CHECK(compiled.errors[0].code == "E223");
    CHECK(compiled.errors[0].place == Place{0, word.size()});
    CHECK(compiled.errors[0].help.find("each: " + word) != std::string::npos);
  }
}

TEST_CASE("a signal that several devices give has to be named by its device") {
  const Topology site = depot();
  const Compiled compiled = compile("T1.temperature > 5 degC and transformer.temperature > 5 degC", {site, Binding{}});
  CHECK(compiled.program);
  Topology two = site;
  two.devices.push_back(two.devices.back());
  two.devices.back().id = "transformer/T2";
  two.devices.back().name = "T2";
  const Compiled ambiguous = compile("transformer.temperature > 5 degC", {two, Binding{}});
  REQUIRE(ambiguous.errors.size() == 1);
  CHECK(ambiguous.errors[0].code == "E222");
  CHECK(ambiguous.errors[0].help.find("T1.temperature") != std::string::npos);
}

TEST_CASE("nesting of 32 is read, of 33 is refused") {
  const Topology site = depot();
  const auto nested = [&](std::size_t depth, const std::string& open, const std::string& close) {
    std::string text;
    for (std::size_t i = 0; i < depth; ++i) text += open;
    text += close.empty() ? "grid.power > 5 kW" : "grid.power";
    for (std::size_t i = 0; i < depth; ++i) text += close;
    if (!close.empty()) text += " > 5 kW";
    return compile(text, {site, Binding{}});
  };
  CHECK(nested(32, "not ", "").program);
  CHECK(nested(32, "(", ")").program);
  REQUIRE(nested(33, "not ", "").errors.size() == 1);
  CHECK(nested(33, "not ", "").errors[0].code == "E212");
  CHECK(nested(33, "(", ")").errors[0].code == "E212");
  CHECK(nested(33, "10 % of ", "").errors[0].code == "E212");
  CHECK(nested(33, "- ", "").errors[0].code == "E212");
}

}  // namespace chargehook::rules
