#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "model/event_type.hpp"
#include "model/reading.hpp"
#include "model/signal.hpp"

using namespace chargehook::model;

TEST_CASE("event types are sorted, so that each of them is found") {
  CHECK(std::ranges::is_sorted(event_types(), {}, &EventType::name));
  for (const auto& type : event_types()) CHECK(find_event_type(type.name) == &type);
  CHECK(find_event_type("session.") == nullptr);
  CHECK(find_event_type("") == nullptr);
}

TEST_CASE("money and sessions are billing, faults and load are safety") {
  CHECK(find_event_type("session.ended")->event_class == EventClass::billing);
  CHECK(find_event_type("payment.failed")->event_class == EventClass::billing);
  CHECK(find_event_type("fault.raised")->event_class == EventClass::safety);
  CHECK(find_event_type("load_management.cleared")->event_class == EventClass::safety);
  CHECK(find_event_type("telemetry.readings")->event_class == EventClass::telemetry);
}

TEST_CASE("nobody outside can hand in what the gateway says of itself") {
  for (const auto& type : event_types()) {
    if (type.name.starts_with("gateway.") || type.name.starts_with("delivery.")) CHECK_FALSE(type.from_ingest);
  }
}

TEST_CASE("signal names are unique and found by name") {
  std::set<std::string_view> names;
  for (const auto& entry : signals()) {
    CHECK(names.insert(entry.name).second);
    const auto id = find_signal(entry.name);
    REQUIRE(id.has_value());
    CHECK(&signal(*id) == &entry);
  }
  CHECK_FALSE(find_signal("meter.watts").has_value());
}

TEST_CASE("the first unit of a quantity is its base unit") {
  std::set<Quantity> seen;
  for (const auto& unit : units()) {
    if (seen.insert(unit.quantity).second) {
      CHECK(unit.factor == 1);
      CHECK(unit.offset == 0);
    }
  }
}

TEST_CASE("a written value becomes the catalogue's unit") {
  const auto& power = signal(*find_signal("meter.power"));
  CHECK(std::get<double>(to_reading_value(power, *find_unit("kW"), 1.5)) == 1500.0);
  const auto& energy = signal(*find_signal("meter.energy_import"));
  CHECK(std::get<MilliwattHours>(to_reading_value(energy, *find_unit("kWh"), 1203.11)).value == 1'203'110'000);
  const auto& temperature = signal(*find_signal("charger.temperature"));
  CHECK(std::get<double>(to_reading_value(temperature, *find_unit("degF"), 212)) == doctest::Approx(100.0));
}

TEST_CASE("a value that is none stays none, never zero") {
  const auto& energy = signal(*find_signal("meter.energy_import"));
  CHECK(std::holds_alternative<std::monostate>(to_reading_value(energy, *find_unit("kWh"), NAN)));
  CHECK(std::holds_alternative<std::monostate>(to_reading_value(energy, *find_unit("kWh"), INFINITY)));
  CHECK(std::holds_alternative<std::monostate>(to_reading_value(energy, *find_unit("MWh"), 1e12)));
  const auto& power = signal(*find_signal("meter.power"));
  CHECK(std::holds_alternative<std::monostate>(to_reading_value(power, *find_unit("kW"), 1e308)));
}

TEST_CASE("milliwatt is not megawatt") {
  CHECK(find_unit("mW") == nullptr);
  CHECK(find_unit("MW")->factor == 1e6);
}
