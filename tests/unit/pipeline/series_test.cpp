#include "pipeline/series.hpp"

#include <doctest/doctest.h>

#include "readings.hpp"

namespace chargehook::pipeline {
namespace {

constexpr std::string_view power = "meter.power";

Series series_of(std::string_view signal) { return Series{*model::find_signal(signal)}; }

std::string json(const Series& series, Aggregate aggregate, std::chrono::seconds every = 60s) {
  std::string out;
  series.append_json(out, "meter/grid", aggregate, every);
  return out;
}

/// The text between the brackets of a member that is a list.
std::string list(const std::string& json, const std::string& member) {
  const auto from = json.find("\"" + member + "\":[") + member.size() + 4;
  return json.substr(from, json.find(']', from) - from);
}
std::string values(const Series& series, Aggregate aggregate) { return list(json(series, aggregate), "values"); }
std::string qualities(const Series& series) { return list(json(series, Aggregate::last), "quality"); }

TEST_CASE("each aggregate says of an interval what its name says") {
  Series series = series_of(power);
  for (const double watts : {100.0, 400.0, 250.0}) series.take(grid_power(watts));
  series.close_interval();
  CHECK(values(series, Aggregate::last) == "250");
  CHECK(values(series, Aggregate::mean) == "250");
  CHECK(values(series, Aggregate::min) == "100");
  CHECK(values(series, Aggregate::max) == "400");
  CHECK(values(series, Aggregate::delta) == "150");
}

TEST_CASE("a series is one JSON object, whole") {
  Series series = series_of(power);
  series.take(grid_power(1.5));
  series.close_interval();
  series.close_interval();
  CHECK(json(series, Aggregate::mean) ==
        R"({"device":"meter/grid","signal":"meter.power","unit":"W","as":"mean","offset_s":[0,60],)"
        R"("values":[1.5,null],"quality":["good","good"]})");
}

TEST_CASE("an interval without a value is null, not the value before and not 0") {
  Series series = series_of(power);
  CHECK_FALSE(series.has_values());
  series.close_interval();
  CHECK_FALSE(series.has_values());
  series.take(grid_power(5));
  series.close_interval();
  series.take(reading("meter/grid", power, std::monostate{}, model::Quality::invalid));
  series.close_interval();
  CHECK(values(series, Aggregate::last) == "null,5,null");
  CHECK(series.has_values());
  series.clear();
  CHECK_FALSE(series.has_values());
}

TEST_CASE("an interval is as good as its worst reading, and the next one begins anew") {
  Series series = series_of(power);
  series.take(grid_power(1));
  series.take(reading("meter/grid", power, 2.0, model::Quality::estimated));
  series.take(grid_power(3));
  series.close_interval();
  series.take(grid_power(4));
  series.close_interval();
  CHECK(qualities(series) == R"("estimated","good")");
  CHECK(values(series, Aggregate::mean) == "2,4");
}

TEST_CASE("a value that has become stale stays stale without being counted again") {
  Series series = series_of(power);
  series.take(grid_power(7));
  series.close_interval();
  series.take(reading("meter/grid", power, 7.0, model::Quality::stale));
  series.close_interval();
  series.close_interval();
  CHECK(qualities(series) == R"("good","stale","stale")");
  CHECK(values(series, Aggregate::last) == "7,null,null");
}

TEST_CASE("a counter's deltas add up to what it counted, over intervals and batches, in Wh") {
  Series series = series_of("meter.energy_import");
  const auto take = [&](std::int64_t watt_hours) {
    series.take(reading("meter/grid", "meter.energy_import", model::MilliwattHours{watt_hours * 1000}));
  };
  take(1000);
  take(1010);
  series.close_interval();
  CHECK(values(series, Aggregate::delta) == "10");
  series.clear();
  take(1030);
  series.close_interval();
  series.close_interval();  // nothing came
  take(1045);
  series.close_interval();
  CHECK(values(series, Aggregate::delta) == "20,null,15");
  CHECK(values(series, Aggregate::last) == "1030,null,1045");
  CHECK(json(series, Aggregate::last).find(R"("unit":"Wh")") != std::string::npos);
}

TEST_CASE("a ratio is shown in per cent") {
  Series series = series_of("connector.soc");
  series.take(reading("charger/CP-07/evse/1", "connector.soc", 0.8));
  series.close_interval();
  CHECK(values(series, Aggregate::last) == "80");
}

TEST_CASE("a status word is no value") {
  Series series = series_of("connector.status");
  series.take(reading("charger/CP-07/evse/1", "connector.status", std::string{"Charging"}));
  series.close_interval();
  CHECK_FALSE(series.has_values());
}

}  // namespace
}  // namespace chargehook::pipeline
