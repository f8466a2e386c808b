#include "rules/language/binding.hpp"

#include <doctest/doctest.h>

#include "depot.hpp"
#include "rules/language/compiler.hpp"
#include "rules/language/nearest.hpp"

namespace chargehook::rules {

namespace {

std::string keys(std::string_view each) {
  const Topology site = depot();
  std::string out;
  for (const Binding& binding : expand(each, site).bindings) out += (out.empty() ? "" : " ") + binding.key;
  return out;
}

}  // namespace

TEST_CASE("each makes one instance of every thing of its kind") {
  CHECK(keys("") == "site");
  CHECK(keys("site") == "site");
  CHECK(keys("charger") == "charger/CP-07 charger/DE*ABC*7");
  CHECK(keys("charger of feeder-a") == "charger/CP-07 charger/DE*ABC*7");
  CHECK(keys("connector") == "charger/CP-07/evse/1 charger/DE*ABC*7/evse/1");
  CHECK(keys("meter") == "meter/grid meter/feeder-a");
  CHECK(keys("circuit") == "circuit/main circuit/feeder-a circuit/feeder-b");
  CHECK(keys("phase of main") == "circuit/main/l1 circuit/main/l2 circuit/main/l3");
  CHECK(keys("phase of grid") == "circuit/main/l1 circuit/main/l2 circuit/main/l3");
}

TEST_CASE("a wrong each is refused with its place") {
  struct Bad {
    std::string_view each;
    std::string_view code;
    Place place;
  };
  const Topology site = depot();
  for (const Bad& bad :
       {Bad{"chargers", "E230", {0, 8}}, Bad{"phase", "E230", {0, 5}}, Bad{"phase of feeder-x", "E232", {9, 8}},
        Bad{"charger of main", "E231", {0, 7}}, Bad{"charger on main", "E230", {0, 15}},
        Bad{"site of main", "E230", {0, 4}}, Bad{"charger?", "E201", {7, 1}}}) {
    CAPTURE(bad.each);
    const Expanded expanded = expand(bad.each, site);
    REQUIRE(expanded.errors.size() == 1);
    CHECK(expanded.errors[0].code == bad.code);
    CHECK(expanded.errors[0].place == bad.place);
  }
  CHECK(expand("chargers", site).errors[0].help == "did you mean \"charger\"?");
}

TEST_CASE("names lead to the device and signal that is meant") {
  struct Row {
    std::string_view path;
    std::string_view device;
    std::string_view signal;
  };
  const Topology site = depot();
  const Binding binding = everything(site);
  for (const Row& row : {
           Row{"grid.power", "meter/grid", "meter.power"},
           Row{"main.power", "meter/grid", "meter.power"},
           Row{"feeder-a.power", "meter/feeder-a", "meter.power"},
           Row{"grid-meter.power", "meter/grid", "meter.power"},
           Row{"phase.current", "meter/feeder-a", "meter.current_l2"},
           Row{"circuit.power", "meter/feeder-a", "meter.power"},
           Row{"meter.power", "meter/grid", "meter.power"},
           Row{"charger.power", "charger/CP-07", "charger.power"},
           Row{"connector.power", "charger/CP-07/evse/1", "connector.power"},
           Row{"charger 'DE*ABC*7'.power", "charger/DE*ABC*7", "charger.power"},
       }) {
    CAPTURE(row.path);
    const Compiled compiled = compile(std::string{row.path} + " is fresh", {site, binding});
    REQUIRE(compiled.program);
    CHECK(compiled.program->inputs[0].device == row.device);
    CHECK(model::signal(compiled.program->inputs[0].signal).name == row.signal);
    CHECK(compiled.program->inputs[0].written ==
          (row.path.find('\'') == std::string_view::npos ? row.path : std::string_view{"charger DE*ABC*7.power"}));
  }
}

TEST_CASE("the nearest name is found by slips of the finger, not by chance") {
  CHECK(edit_distance("kitten", "sitting") == 3);
  CHECK(edit_distance("gird", "grid") == 1);
  CHECK(edit_distance("", "abc") == 3);
  CHECK(edit_distance(std::string(65, 'a'), std::string(65, 'a')) == 65);
  constexpr std::string_view names[] = {"power", "current", "voltage"};
  CHECK(nearest("pwoer", names) == "power");
  CHECK(nearest("POWER", names) == "power");
  CHECK(nearest("curent", names) == "current");
  CHECK(nearest("frequency", names).empty());
  CHECK(did_you_mean("frequency", names).empty());
}

}  // namespace chargehook::rules
