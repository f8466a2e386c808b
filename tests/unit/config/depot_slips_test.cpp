// What people get wrong where they describe the depot: circuits, chargers, rules, telemetry. Each is told at its place,
// inside an expression too.
#include "slips.hpp"

namespace chargehook::config {
namespace {

const std::string site_head = "site:\n  id: depot-nord\n  timezone: Europe/Berlin\n";

TEST_CASE("limits of the site and the contract") {
  const auto limit = [](const std::string& value) { return site_head + "  import_limit: " + value + "\n"; };
  check_all("site.yaml", {
                             {"both", limit("250 kW") + "contract:\n  power: 0.3 MW\n", ""},
                             {"no unit", limit("250"), "4:17 E134"},
                             {"a current", limit("400 A"), "4:17 E135"},
                             {"apparent power", limit("250 kVA"), "4:17 E135"},
                             {"a decimal comma", limit("4,6 kW"), "4:17 E137"},
                             {"a point between thousands", limit("1.000 kW"), "4:17 E137"},
                             {"nothing at all", limit("0 kW"), "4:17 E138"},
                             {"a small letter", limit("250 kw"), "4:17 E136"},
                             {"a contract without power", site_head + "contract:\n  powr: 1 kW\n", "5:3 E110"},
                         });
}

std::string circuits(const std::string& text) { return site_head + "circuits:\n" + text; }

TEST_CASE("circuits") {
  const std::string main = "  - name: main\n    kind: grid\n    rating: 400 A\n    meter: grid\n";
  check_all(
      "site.yaml",
      {
          {"a tree", circuits(main + "  - name: feeder-a\n    fed_by: main\n    rating: 160 A\n"), ""},
          {"a child before its parent", circuits("  - name: feeder-a\n    fed_by: main\n" + main), ""},
          {"a rating as power", circuits("  - name: tr\n    kind: transformer\n    rating: 630 kW\n"), ""},
          {"a rating as apparent power", circuits("  - name: tr\n    rating: 630 kVA\n"), "6:13 E135"},
          {"a rating as voltage", circuits("  - name: main\n    rating: 400 V\n"), "6:13 E135"},
          {"a rating without unit", circuits("  - name: main\n    rating: 400\n"), "6:13 E134"},
          {"a rating of nothing", circuits("  - name: main\n    rating: 0 A\n"), "6:13 E138"},
          {"no name", circuits("  - kind: grid\n"), "5:5 E109"},
          {"a name twice", circuits(main + "  - name: main\n"), "9:11 E140"},
          {"a kind that is none", circuits("  - name: main\n    kind: mains\n"), "6:11 E139"},
          {"a second grid", circuits(main + "  - name: b\n    kind: grid\n"), "10:11 E156"},
          {"an unknown parent", circuits(main + "  - name: a\n    fed_by: mian\n"), "10:13 E154"},
          {"a parent with a bad name", circuits("  - name: Main\n  - name: a\n    fed_by: main\n"), "5:11 E131"},
          {"a circuit fed by itself", circuits("  - name: a\n    fed_by: a\n"), "6:13 E155"},
          {"a ring of circuits", circuits("  - name: a\n    fed_by: b\n  - name: b\n    fed_by: a\n"),
           "6:13 E155 8:13 E155"},
          {"a circuit below a ring", circuits("  - name: a\n    fed_by: a\n  - name: b\n    fed_by: a\n"), "6:13 E155"},
          {"a group instead of a list", site_head + "circuits:\n  main:\n    kind: grid\n", "4:1 E120"},
          {"a section of the site in another file's place", site_head + "rules:\n", "4:1 E110"},
      });
}

std::string chargers(const std::string& text) { return site_head + "chargers:\n" + text; }

TEST_CASE("chargers") {
  check_all(
      "site.yaml",
      {
          {"a row", chargers("  - ids: BUS-001 to BUS-060\n    max_power: 50 kW\n"), ""},
          {"a row of one", chargers("  - ids: BUS-7\n"), ""},
          {"an id as eMI3 writes it", chargers("  - id: DE*ABC*7\n"), ""},
          {"digits that stay text", chargers("  - id: 12E45678\n"), ""},
          {"no id", chargers("  - name: Bay 7\n"), "5:5 E109"},
          {"both id and ids", chargers("  - id: A\n    ids: A-1 to A-2\n"), "6:10 E152"},
          {"an id with a blank", chargers("  - id: Bay 7\n"), "5:9 E153"},
          {"an id with a slash", chargers("  - id: depot/7\n"), "5:9 E153"},
          {"a row of different names", chargers("  - ids: BUS-001 to CAR-060\n"), "5:10 E153"},
          {"a row of different lengths", chargers("  - ids: BUS-1 to BUS-60\n"), "5:10 E153"},
          {"a row downwards", chargers("  - ids: BUS-060 to BUS-001\n"), "5:10 E153"},
          {"a row without numbers", chargers("  - ids: A to B\n"), "5:10 E153"},
          {"a row that is too long", chargers("  - ids: B-0001 to B-1001\n"), "5:10 E153"},
          {"a row with one that is listed", chargers("  - id: B-02\n  - ids: B-01 to B-03\n"), "6:10 E140"},
          {"an id twice", chargers("  - id: A\n  - id: A\n"), "6:9 E140"},
          {"an unknown circuit",
           site_head + "circuits:\n  - name: feeder-a\nchargers:\n  - id: A\n    fed_by: feeder-b\n", "8:13 E154"},
          {"a circuit where there are none", chargers("  - id: A\n    fed_by: main\n"), "6:13 E154"},
          {"a power as current", chargers("  - id: A\n    max_power: 32 A\n"), "6:16 E135"},
          {"an evse without number", chargers("  - id: A\n    evses:\n      - plug: type2\n"), "7:9 E109"},
          {"an evse zero", chargers("  - id: A\n    evses:\n      - evse: 0\n"), "7:15 E138"},
          {"an evse twice", chargers("  - id: A\n    evses:\n      - evse: 1\n      - evse: 1\n"), "8:15 E140"},
          {"a number sign in a name", chargers("  - id: A\n    name: Bay #7\n"), "6:15 E119"},
          {"a key of another version", chargers("  - id: A\n    upstream: csms\n"), "6:5 E110"},
      });
}

/// The file of rules among sound files, over a depot with a grid connection, a feeder and two chargers.
void check_rules(const std::vector<Slip>& slips) {
  for (const Slip& slip : slips) {
    CAPTURE(slip.what);
    Files files = with_file("rules.d/x.yaml", slip.text);
    for (auto& source : files.sources) {
      if (source.path != "site.yaml") continue;
      source.text = site_head +
                    "  import_limit: 250 kW\ncircuits:\n  - name: main\n    kind: grid\n    rating: 400 A\n"
                    "    meter: grid\n  - name: feeder-a\n    fed_by: main\nchargers:\n  - ids: CP-1 to CP-2\n";
    }
    const Loaded loaded = load(files);
    CHECK_MESSAGE(places_in("rules.d/x.yaml", loaded) == slip.places, first_words(loaded));
    CHECK(loaded.generation.has_value() != loaded.diagnostics.has_errors());
  }
}

std::string rule(const std::string& more) { return "rules:\n  - id: a\n    title: A\n" + more; }
std::string when(const std::string& expression) { return rule("    when: " + expression + "\n"); }

TEST_CASE("rules: keys") {
  const std::string sound = "    when: grid.power > 1 kW\n";
  check_rules({
      {"all keys",
       rule(sound + "    clear: grid.power < 1 kW\n    for: 30 s\n    clear_for: 0 s\n    severity: low\n"
                    "    missing: clear\n    event: fault\n    cause: c\n    advice: a\n    text: t\n"),
       ""},
      {"no rules", "", "1:1 E109"},
      {"everything left out", "rules:\n  - id: a\n", "2:5 E109 2:5 E109"},
      {"a key misspelt", rule(sound + "    fore: 30 s\n"), "5:5 E110"},
      {"a name with capitals", "rules:\n  - id: Import\n    title: A\n" + sound, "2:9 E131"},
      {"an id twice", rule(sound) + "  - id: a\n    title: B\n" + sound, "5:9 E140"},
      {"a time without unit", rule(sound + "    for: 30\n"), "5:10 E134"},
      {"a power as time", rule(sound + "    for: 30 kW\n"), "5:10 E135"},
      {"a negative time", rule(sound + "    for: -1 s\n"), "5:10 E138"},
      {"a severity that is none", rule(sound + "    severity: urgent\n"), "5:15 E139"},
      {"a missing that is none", rule(sound + "    missing: ignore\n"), "5:14 E139"},
      {"an event that is none", rule(sound + "    event: alarm\n"), "5:12 E139"},
      {"a number sign in a text", rule(sound + "    advice: Call #7\n"), "5:18 E119"},
      {"a colon in a text", rule(sound + "    advice: Note: call\n"), "5:17 E118"},
      {"an advice that is too long", rule(sound + "    advice: " + std::string(2001, 'a') + "\n"), "5:13 E138"},
      {"an expression that is too long", when("grid.power > " + std::string(2000, '1') + " kW"), "4:11 E138"},
  });
}

TEST_CASE("rules: an error points into the expression") {
  check_rules({
      {"a name misspelt", when("gird.power > 1 kW"), "4:11 E220"},
      {"a signal misspelt", when("grid.powr > 1 kW"), "4:16 E221"},
      {"a constant that the site does not have", when("grid.power > site.export_limit"), "4:29 E221"},
      {"a current for a power", when("grid.power > 16 A"), "4:11 E204"},
      {"in the second half", when("grid.power > 1 kW and grid.power > 16 A"), "4:33 E204"},
      {"a number without unit", when("grid.power > 250"), "4:11 E205"},
      {"a unit that does not exist", when("grid.power > 250 kw"), "4:28 E203"},
      {"a decimal comma", when("grid.power > 4,6 kW"), "4:24 E202"},
      {"per cent of nothing", when("grid.power > 90 %"), "4:11 E207"},
      {"an operator of another language", when("grid.power > 1 kW && grid.power < 2 kW"), "4:29 E219"},
      {"a parenthesis that is not closed", when("(grid.power > 1 kW"), "4:11 E214"},
      {"no comparison", when("grid.power"), "4:11 E215"},
      {"a rating that the circuit does not have", when("grid.power > 90 % of feeder-a.rating"), "4:32 E224"},
      {"a status word misspelt", rule("    each: connector\n    when: connector.status == Faultet\n"), "5:31 E209"},
      {"each of what there is not", rule("    each: transformer\n    when: transformer.temperature > 90 degC\n"),
       "4:11 E230"},
      {"each of a circuit that is not there", rule("    each: charger of feeder-b\n    when: charger.power > 1 kW\n"),
       "4:22 E232"},
      {"a word that each does not give", rule("    each: charger\n    when: connector.power > 1 kW\n"), "5:11 E223"},
      {"an error in clear", rule("    when: grid.power > 1 kW\n    clear: grid.power < 1 A\n"), "5:12 E204"},
      {"a placeholder in a title", "rules:\n  - id: a\n    title: Hot <charger>\n    when: grid.power > 1 kW\n",
       "3:16 E240"},
      {"in quotes", when("'grid.power > 1 kW and grid.power > 16 A'"), "4:34 E204"},
      {"in double quotes", when("\"grid.power > 1 kW and grid.power > 16 A\""), "4:34 E204"},
      {"behind characters of two bytes",
       rule("    each: charger\n    when: charger.temperature > 90 \xC2\xB0"
            "C and charger.power > 1 A\n"),
       "5:43 E204"},
      {"two rules, two errors", when("gird.power > 1 kW") + "  - id: b\n    title: B\n    when: grid.power > 1 A\n",
       "4:11 E220 7:11 E204"},
      {"a condition over two lines", when("grid.power > 1 kW and\n      grid.power < 2 kW"), "5:1 E124"},
  });
}

std::string telemetry(const std::string& item) {
  return "endpoints:\n  - name: energy\n    url: https://a.example.com\n    events: telemetry.readings\n"
         "    secret: key\n    telemetry:\n      - " +
         item;
}

TEST_CASE("telemetry of endpoints") {
  const std::string power = "signals: meter.power\n";
  check_all(
      "endpoints.d/x.yaml",
      {
          {"all keys",
           telemetry("signals: meter.*, charger.power\n        every: 10 s\n        as: last, mean, "
                     "min, max, delta\n        batch: 1 min\n"),
           ""},
          {"no signals", telemetry("every: 1 min\n"), "7:9 E109"},
          {"a signal misspelt", telemetry("signals: meter.powr\n"), "7:18 E157"},
          {"a signal of a circuit", telemetry("signals: meter.power, grid.*\n"), "7:31 E157"},
          {"a status", telemetry("signals: connector.status\n"), "7:18 E157"},
          {"a star", telemetry("signals: *\n"), "7:18 E114"},
          {"an aggregate misspelt", telemetry(power + "        as: mean, avg\n"), "8:19 E139"},
          {"an aggregate twice", telemetry(power + "        as: mean, mean\n"), "8:19 E140"},
          {"no unit", telemetry(power + "        every: 60\n"), "8:16 E134"},
          {"too often", telemetry(power + "        every: 100 ms\n"), "8:16 E138"},
          {"too seldom", telemetry(power + "        every: 2 h\n"), "8:16 E138"},
          {"half seconds", telemetry(power + "        every: 1500 ms\n"), "8:16 E138"},
          {"a batch that cuts an interval", telemetry(power + "        every: 45 s\n        batch: 1 min\n"),
           "9:16 E158"},
          {"a batch shorter than an interval", telemetry(power + "        every: 5 min\n        batch: 1 min\n"),
           "9:16 E158"},
          {"a batch that is too large", telemetry(power + "        every: 1 s\n        batch: 1 h\n"), "9:16 E158"},
          {"the largest batch", telemetry(power + "        every: 1 s\n        batch: 10 min\n"), ""},
          {"a batch that is too long", telemetry(power + "        batch: 2 h\n"), "8:16 E138"},
          {"a key misspelt", telemetry(power + "        evry: 1 min\n"), "8:9 E110"},
          {"a group instead of a list",
           "endpoints:\n  - name: energy\n" + endpoint_rest + "    telemetry:\n      signals: all\n", "6:5 E120"},
          {"readings that are not sent",
           "endpoints:\n  - name: energy\n    url: https://a.example.com\n    events: session.*\n"
           "    secret: key\n    telemetry:\n      - signals: all\n",
           "7:9 E159"},
          {"readings where the events are wrong",
           "endpoints:\n  - name: energy\n    url: https://a.example.com\n    events: sesion.*\n"
           "    secret: key\n    telemetry:\n      - signals: all\n",
           "4:13 E130"},
      });
}

TEST_CASE("help says what to write instead") {
  struct Case {
    std::string path;
    std::string text;
    std::string words;
  };
  const std::vector<Case> cases{
      {"site.yaml", circuits("  - name: main\n  - name: a\n    fed_by: mian\n"),
       "there is no circuit \"mian\" | did you mean \"main\"?"},
      {"site.yaml", chargers("  - id: A\n    fed_by: main\n"),
       "there is no circuit \"main\" | circuits are listed in site.yaml"},
      {"site.yaml", circuits("  - name: main\n    rating: 400 V\n"),
       "\"400 V\" is a voltage; a current is wanted | write for example 400 A"},
      {"site.yaml", circuits("  - name: a\n    kind: grid\n  - name: b\n    kind: grid\n"),
       "a second circuit of kind grid (first at site.yaml:6) | grid.power is one circuit's: make the others feeders, "
       "fed "
       "by it"},
      {"endpoints.d/x.yaml", telemetry("signals: meter.powr\n"),
       "no signal fits \"meter.powr\" | did you mean \"meter.power\"?"},
      {"endpoints.d/x.yaml", telemetry("signals: connector.status\n"),
       "\"connector.status\" is a word and no number | leave it out: events tell of its changes"},
      {"endpoints.d/x.yaml", telemetry("signals: all\n        every: 45 s\n        batch: 1 min\n"),
       "\"1 min\" holds no whole number of intervals | write a multiple of `every`: 45 s"},
      {"endpoints.d/x.yaml", telemetry("signals: all\n        every: 5 s\n        batch: 1 h\n"),
       "\"1 h\" holds more than 600 intervals | write 50 min or less"},
  };
  for (const auto& [path, text, words] : cases) {
    CAPTURE(text);
    CHECK(first_words(load(with_file(path, text))) == words);
  }
}

}  // namespace
}  // namespace chargehook::config
