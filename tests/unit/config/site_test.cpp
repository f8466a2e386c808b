// Circuits, chargers, limits and rules as values: what the loader makes of sound files.
#include <doctest/doctest.h>

#include "core/configuration/config_changes.hpp"
#include "folder.hpp"

namespace chargehook::config {
namespace {

using namespace std::chrono_literals;

const std::string site_head = "site:\n  id: depot-nord\n  timezone: Europe/Berlin\n";

core::ConfigGeneration loaded(const Files& files) {
  Loaded result = load(files);
  REQUIRE_MESSAGE(result.generation.has_value(), to_text(result.diagnostics));
  return std::move(*result.generation);
}

TEST_CASE("a charger is what its paragraph says, and its name is its id where none is given") {
  const auto config = loaded(with_file("site.yaml", site_head + "circuits:\n  - name: feeder-a\n    rating: 160 A\n"
                                                                "chargers:\n"
                                                                "  - id: DE*ABC*7\n"
                                                                "    name: Bay 7\n"
                                                                "    fed_by: feeder-a\n"
                                                                "    max_power: 22 kW\n"
                                                                "    evses:\n"
                                                                "      - evse: 1\n"
                                                                "        evse_id: DE*ABC*E0007*1\n"
                                                                "        plug: type2-socket\n"
                                                                "      - evse: 2\n"
                                                                "        max_power: 11 kW\n"
                                                                "  - id: 007\n"));
  const auto& chargers = config.site.chargers;
  REQUIRE(chargers.size() == 2);
  CHECK(chargers[0].id == "DE*ABC*7");
  CHECK(chargers[0].name == "Bay 7");
  CHECK(chargers[0].circuit == "feeder-a");
  CHECK(chargers[0].max_power_w == 22e3);
  REQUIRE(chargers[0].evses.size() == 2);
  CHECK(chargers[0].evses[0].evse_id == "DE*ABC*E0007*1");
  CHECK(chargers[0].evses[0].plug == "type2-socket");
  CHECK(chargers[0].evses[1].number == 2);
  CHECK(chargers[0].evses[1].max_power_w == 11e3);
  CHECK(chargers[1].id == "007");
  CHECK(chargers[1].name == "007");
  CHECK(chargers[1].evses.size() == 1);
}

TEST_CASE("a row of chargers is one paragraph, ends included, zeros kept") {
  const auto config = loaded(with_file("site.yaml", site_head + "chargers:\n  - ids: BUS-001 to BUS-060\n"));
  REQUIRE(config.site.chargers.size() == 60);
  CHECK(config.site.chargers[0].id == "BUS-001");
  CHECK(config.site.chargers[9].id == "BUS-010");
  CHECK(config.site.chargers[59].id == "BUS-060");
  CHECK(config.site.chargers[59].name == "BUS-060");
}

TEST_CASE("rules are compiled for what site.yaml lists, with its numbers") {
  Files files =
      with_file("site.yaml", site_head +
                                 "  import_limit: 250 kW\ncontract:\n  power: 300 kW\n"
                                 "circuits:\n  - name: main\n    kind: grid\n    rating: 400 A\n    meter: grid\n"
                                 "chargers:\n  - ids: BUS-01 to BUS-10\n");
  files.sources.push_back(
      {"rules.d/10.yaml",
       "rules:\n"
       "  - id: a\n    title: A\n    when: grid.power > min(site.import_limit, contract.power)\n"
       "    for: 90 s\n    clear_for: 1 min\n    severity: critical\n    missing: raise\n"
       "  - id: b\n    title: B\n    each: connector\n    when: connector.status == Faulted\n"
       "    event: fault\n"
       "  - id: c\n    title: C\n    each: phase of main\n    when: phase.current > 90 % of main.rating\n"});
  const auto config = loaded(files);
  const auto& set = *config.rules;
  REQUIRE(set.rules().size() == 3);
  CHECK(set.rules()[0].severity == model::Severity::critical);
  CHECK(set.rules()[0].missing == rules::Missing::raise);
  CHECK(set.instances().size() == 1 + 10 + 3);
  CHECK(set.instances()[0].timing.raise_after == 90s);
  CHECK(set.instances()[0].timing.clear_after == 60s);
}

TEST_CASE("rules of all files come together, and a long text of a rule is kept whole") {
  const std::string advice(2000, 'a');
  Files files = with_file("rules.d/20.yaml",
                          "rules:\n  - id: b\n    title: B\n    when: grid.power > 2 kW\n    advice: " + advice + "\n");
  files.sources.push_back({"rules.d/10.yaml", "rules:\n  - id: a\n    title: A\n    when: grid.power > 1 kW\n"});
  for (auto& source : files.sources) {
    if (source.path == "site.yaml") source.text += "circuits:\n  - name: main\n    kind: grid\n    meter: grid\n";
  }
  const auto config = loaded(files);
  CHECK(config.rules->rules().size() == 2);
  CHECK(config.rules->texts(0).advice.size() == 2000);
}

Files with_telemetry(const std::string& telemetry) {
  return with_file("endpoints.d/x.yaml",
                   "endpoints:\n  - name: energy\n    url: https://a.example.com\n    events: telemetry.readings\n"
                   "    secret: key\n    telemetry:\n" +
                       telemetry);
}

TEST_CASE("telemetry has the mean a minute, sent each minute, unless told otherwise") {
  const auto config = loaded(with_telemetry("      - signals: meter.power\n"));
  REQUIRE(config.telemetry.size() == 1);
  CHECK(config.telemetry[0].endpoint == "energy");
  CHECK(config.telemetry[0].signals == std::vector{*model::find_signal("meter.power")});
  CHECK(config.telemetry[0].as == std::vector{pipeline::Aggregate::mean});
  CHECK(config.telemetry[0].every == 60s);
  CHECK(config.telemetry[0].batch == 60s);
}

TEST_CASE("telemetry takes patterns, aggregates in their order, and times") {
  const auto config =
      loaded(with_telemetry("      - signals: transformer.*, meter.power, charger.current_l1\n        every: 10 s\n"
                            "        as: max, delta, last\n        batch: 5 min\n"
                            "      - signals: all\n        every: 15 min\n"));
  REQUIRE(config.telemetry.size() == 2);
  CHECK(config.telemetry[0].signals.size() == 3);
  CHECK(config.telemetry[0].as ==
        std::vector{pipeline::Aggregate::max, pipeline::Aggregate::delta, pipeline::Aggregate::last});
  CHECK(config.telemetry[0].every == 10s);
  CHECK(config.telemetry[0].batch == 300s);
  CHECK(config.telemetry[1].batch == 900s);
  CHECK(config.telemetry[1].signals.size() > 20);
  for (const auto signal : config.telemetry[1].signals) {
    CHECK(model::signal(signal).kind != model::SignalKind::status);  // words have no mean
  }
}

TEST_CASE("a batch that is not given ends with an interval") {
  struct Case {
    std::string every;
    std::chrono::seconds batch;
  };
  for (const auto& [every, batch] :
       {Case{"1 s", 60s}, Case{"7 s", 63s}, Case{"45 s", 90s}, Case{"1 min", 60s}, Case{"1 h", 3600s}}) {
    CAPTURE(every);
    const auto config = loaded(with_telemetry("      - signals: all\n        every: " + every + "\n"));
    CHECK(config.telemetry[0].batch == batch);
  }
}

TEST_CASE("a rule is not accused of what is missing because site.yaml has an error") {
  Files files = with_file("site.yaml", site_head +
                                           "circuits:\n  - name: Main\n    kind: grid\n    meter: grid\n"
                                           "chargers:\n  - id: A\n    fed_by: main\n");
  files.sources.push_back({"rules.d/10.yaml",
                           "rules:\n  - id: a\n    title: A\n    when: grid.power > 5\n"
                           "  - id: b\n    title: B\n    each: charger of main\n    when: charger.power > 5 kW\n"});
  CHECK(places_of(load(files)) == "site.yaml:5:11 E131");
}

TEST_CASE("what changed about limits and circuits is said in words") {
  const auto generation = [](const std::string& limit, const std::string& circuits) {
    const auto loaded =
        load(with_file("site.yaml", "site:\n  id: depot-nord\n  timezone: Europe/Berlin\n  import_limit: " + limit +
                                        "\ncircuits:\n" + circuits));
    REQUIRE_MESSAGE(loaded.generation.has_value(), to_text(loaded.diagnostics));
    return *loaded.generation;
  };
  const std::string main = "  - name: main\n    kind: grid\n    rating: 400 A\n";
  const std::string feeder = "  - name: c2\n    fed_by: main\n";
  CHECK(core::compare(generation("250 kW", main), generation("200 kW", main + feeder)).taken ==
        std::vector<std::string>{"site.import_limit 250 kW → 200 kW", "circuit c2 added"});
}

}  // namespace
}  // namespace chargehook::config
