#include "cli/status_text.hpp"

#include <doctest/doctest.h>

#include <sstream>

#include "config/characters.hpp"

namespace chargehook::cli {
namespace {

using namespace std::chrono_literals;

model::WallTime wall(std::string_view text) { return *model::parse_rfc3339(text); }

/// The clock on the wall shows UTC.
std::string in_utc(model::WallTime time) {
  const auto text = model::to_rfc3339(time);
  return text.substr(0, 10) + " " + text.substr(11, 5);
}

delivery::EndpointStatus endpoint(const std::string& name) {
  delivery::EndpointStatus out;
  out.name = name;
  out.delivered = 1000;
  return out;
}

api::StatusAnswer well() {
  api::StatusAnswer answer;
  answer.config_dir = "/etc/chargehook";
  auto& report = answer.report;
  report.gateway_id = "depot-nord-1";
  report.config_hash = "0123456789abcdef";
  report.applied_by = "anna";
  report.applied_at = wall("2026-11-22T14:02:31Z");
  report.clock.quality = model::TimeQuality::synced;
  report.clock.source = model::TimeSource::ntp;
  report.uptime = 12 * 24h + 4h + 31min;
  report.journal = "ok";
  report.usage = {100'000, 12'300, {}};
  report.chargers = 61;
  report.endpoints = {endpoint("billing"), endpoint("energy")};
  return answer;
}

StatusText shown(const api::StatusAnswer& answer, const FolderSight& folder = {}) {
  StatusText status = status_text(answer, folder, in_utc);
  std::istringstream lines(status.text);
  for (std::string line; std::getline(lines, line);) {
    CAPTURE(line);
    CHECK(config::character_count(line) <= 80);
    CHECK_FALSE(line.ends_with(' '));
  }
  CHECK(status.text.ends_with('\n'));
  return status;
}

TEST_CASE("a gateway that is well shows two lines") {
  const auto status = shown(well());
  CHECK_FALSE(status.has_problems);
  CHECK(status.text ==
        "depot-nord-1  running 12 d 4 h  config of 2026-11-22 14:02 by anna  clock synced\n"
        "undelivered 0   journal 12 % full   alarms 0   chargers 61\n");
}

TEST_CASE("a clock that cannot be right is a problem as soon as something waits for it") {
  auto answer = well();
  auto& report = answer.report;
  report.clock.quality = model::TimeQuality::unknown;
  report.clock.source = model::TimeSource::none;
  report.clock.machine = wall("1970-01-01T00:10:00Z");
  report.clock.is_impossible = true;
  CHECK_FALSE(shown(answer).has_problems);
  report.endpoints[0].waits_for_clock = true;
  const auto status = shown(answer);
  CHECK(status.has_problems);
  CHECK(status.text.find("1970-01-01T00:10:00.000Z") != std::string::npos);
  CHECK(status.text.find("cannot be right") != std::string::npos);
  CHECK(status.text.find("chargehook clock set") != std::string::npos);
}

TEST_CASE("what waits is told by class, alarms and refusals are counted") {
  auto answer = well();
  auto& report = answer.report;
  report.applied_by = "start";
  report.uptime = 59s;
  report.endpoints[0].undelivered_at_least = {18, 0, 100, 0};
  report.endpoints[1].undelivered_at_least = {0, 0, 86, 1};
  report.active_alarms = 2;
  report.classes[3].refused = 1234;
  CHECK(shown(answer).text ==
        "depot-nord-1  running 59 s  config of 2026-11-22 14:02  clock synced\n"
        "undelivered 205 (billing 18, state 186, telemetry 1)   journal 12 % full\n"
        "  alarms 2   chargers 61   refused since start 1,234\n");
  report.endpoints[0].undelivered_at_least[2] = 256;
  report.endpoints[0].more_waits = true;
  CHECK(shown(answer).text.find("undelivered at least 361 (billing 18, state 342") != std::string::npos);
}

TEST_CASE("each problem says what is wrong, since when it is tried again, and what to do") {
  auto answer = well();
  auto& report = answer.report;
  report.running_on_last_good = true;
  report.endpoints[0].failures_in_a_row = 7;
  report.endpoints[0].last_failure = "401 Unauthorized";
  report.endpoints[0].next_attempt = model::BootTime{14min};
  report.endpoints[1].failures_in_a_row = 1;
  report.endpoints[1].last_failure = "cannot connect to ems.example.com: connection refused";
  report.endpoints[1].next_attempt = model::BootTime{1500ms};
  report.journal = "the disk does not take writes: Input/output error";
  FolderSight folder;
  folder.edited = {{"rules.d/20-load.yaml", wall("2026-11-24T14:02:00Z")}};
  const auto status = shown(answer, folder);
  CHECK(status.has_problems);
  CHECK(status.text ==
        "depot-nord-1  running 12 d 4 h  config of 2026-11-22 14:02 by anna  clock synced\n"
        "PROBLEMS\n"
        "  configuration    The files had errors at the start: a copy of the last good\n"
        "                   ones runs.\n"
        "                   chargehook check, then chargehook apply\n"
        "  endpoint billing fails: 401 Unauthorized (7 in a row). Next try in 14 min.\n"
        "                   Check its secret in secrets/, then: chargehook apply\n"
        "  endpoint energy  fails: cannot connect to ems.example.com: connection refused\n"
        "                   (1 in a row). Next try in 2 s.\n"
        "                   Nothing is lost. Check the network, and url in endpoints.d/\n"
        "  journal          the disk does not take writes: Input/output error\n"
        "                   Events wait in memory. What the disk says:\n"
        "                   journalctl -u chargehook\n"
        "  EDITED, NOT APPLIED  rules.d/20-load.yaml 14:02\n"
        "                   chargehook check, then chargehook apply\n"
        "undelivered 0   journal 12 % full   alarms 0   chargers 61\n");
}

TEST_CASE("the next step follows from the failure") {
  struct Case {
    std::string failure;
    std::string step;
  };
  for (const auto& [failure, step] : {Case{"403 Forbidden", "Check its secret"}, Case{"404 Not Found", "Check its url"},
                                      Case{"410 Gone", "Check its url"}, Case{"503 Service Unavailable", "own log"},
                                      Case{"429 Too Many Requests", "own log"}, Case{"timeout", "the network"}}) {
    CAPTURE(failure);
    auto answer = well();
    answer.report.endpoints[0].failures_in_a_row = 1;
    answer.report.endpoints[0].last_failure = failure;
    CHECK(shown(answer).text.find(step) != std::string::npos);
  }
}

TEST_CASE("an event that a receiver refuses is a problem while the endpoint is not") {
  auto answer = well();
  answer.report.endpoints[0].last_failure = "422 Unprocessable Content";
  const auto status = shown(answer);
  CHECK(status.has_problems);
  CHECK(status.text.find("  endpoint billing refused an event for its content: 422 Unprocessable Content.\n") !=
        std::string::npos);
}

TEST_CASE("what waits behind refusals is one problem, with the last refusal and the next try") {
  auto answer = well();
  auto& endpoint = answer.report.endpoints[0];
  endpoint.last_failure = "422 Unprocessable Content";
  endpoint.last_refusal = "evt_1 of terminal/T-1: 422 Unprocessable Content";
  endpoint.pending = {3, 0, 1, 0};
  endpoint.next_pending = model::BootTime{14min};
  CHECK(shown(answer).text.find("  endpoint billing 4 events wait: refused for its content, or behind one of its\n"
                                "                   device that is. The last: evt_1 of terminal/T-1: 422\n"
                                "                   Unprocessable Content. Next try in 14 min.\n"
                                "                   Nothing is lost, all others go on. The receiver's own log\n"
                                "                   says why.\n") != std::string::npos);
  CHECK(shown(answer).text.find("refused an event") == std::string::npos);
}

core::AdapterStatus adapter(const std::string& kind, const std::string& name) {
  core::AdapterStatus out;
  out.kind = kind;
  out.name = name;
  return out;
}

TEST_CASE("an adapter that does not run is a problem, with its reason and the next step") {
  auto answer = well();
  answer.report.adapters = {adapter("line", "yard"), adapter("meter", "grid"), adapter("broker", "local")};
  CHECK(shown(answer).text.ends_with("alarms 0   chargers 61   adapters 2 run\n"));
  auto& broker = answer.report.adapters[2];
  broker.problem = "does not run: not connected to 127.0.0.1 port 1883: code 135";
  broker.next_step = "Check that the broker runs, and url, user and password in adapters.d/";
  const auto status = shown(answer);
  CHECK(status.has_problems);
  CHECK(status.text ==
        "depot-nord-1  running 12 d 4 h  config of 2026-11-22 14:02 by anna  clock synced\n"
        "PROBLEMS\n"
        "  broker local     does not run: not connected to 127.0.0.1 port 1883: code 135.\n"
        "                   Check that the broker runs, and url, user and password in\n"
        "                   adapters.d/\n"
        "undelivered 0   journal 12 % full   alarms 0   chargers 61   adapters 1 of 2 run\n");
}

TEST_CASE("what adapters lost is told, a line for each that lost something, and is no problem by itself") {
  auto answer = well();
  answer.report.adapters = {adapter("broker", "local"), adapter("broker", "other"), adapter("ocpp", "proxy")};
  answer.report.adapters[0].losses = {{"dropped", 1204}, {"unmatched", 0}, {"durable_timeouts", 1}};
  answer.report.adapters[2].losses = {{"hold_expired_time", 3}};
  const auto status = shown(answer);
  CHECK_FALSE(status.has_problems);
  CHECK(
      status.text.ends_with("chargers 61   adapters 2 run\n"
                            "LOST, REFUSED OR LATE since each started\n"
                            "  broker local:  dropped 1,204  durable timeouts 1\n"
                            "  ocpp proxy:  hold expired time 3\n"));
}

TEST_CASE("a journal that fills says whom it refuses") {
  auto answer = well();
  answer.report.usage = {100'000, 97'000, {}};
  const auto status = shown(answer);
  CHECK(status.has_problems);
  CHECK(status.text.find("  journal          97 % full, refuses telemetry, state events.\n") != std::string::npos);
}

TEST_CASE("whoever reads the journal's file itself is named once that costs room") {
  auto answer = well();
  answer.report.usage.outside_reader = {4711, 12'040};
  answer.report.usage.pages_held = 255;
  CHECK_FALSE(shown(answer).has_problems);
  answer.report.usage.pages_held = 3072;
  CHECK(shown(answer).text.find("  journal          Process 4711 reads its file itself, since 12,040 commits: 12\n"
                                "                   MiB that became free cannot be used again before it ends.\n"
                                "                   What it is: ps -p 4711\n"
                                "                   Without this: chargehook journal stats, journal verify\n") !=
        std::string::npos);
}

TEST_CASE("a journal that lets undelivered events go says which, what to do, and what is lost already") {
  auto answer = well();
  answer.report.usage = {100'000, 86'000, {}};
  answer.report.pressure = journal::PressureLevel::telemetry_goes;
  answer.report.classes[3].evicted = 1204;
  const auto text = shown(answer).text;
  CHECK(text.find("  journal          86 % full: undelivered telemetry goes, oldest first.\n"
                  "                   Make the endpoints above deliver, or raise storage: size in\n"
                  "                   gateway.yaml\n") != std::string::npos);
  CHECK(text.find("  journal:  evicted telemetry 1,204\n") != std::string::npos);
}

TEST_CASE("billing that was carried out is said for as long as its files lie there, and where they cannot be written") {
  auto answer = well();
  answer.report.held_billing.folder = {"/var/lib/chargehook/held-billing", 0};
  CHECK_FALSE(shown(answer).has_problems);
  answer.report.held_billing.folder.files = 3;
  answer.report.held_billing.events = 1204;
  CHECK(shown(answer).text.find("  billing          3 files with events that nobody fetched for too long in\n"
                                "                   /var/lib/chargehook/held-billing.\n"
                                "                   When the receiver takes them again:\n"
                                "                   chargehook journal import FILE, then move FILE away\n") !=
        std::string::npos);
  CHECK(shown(answer).text.find("  journal:  carried out billing 1,204\n") != std::string::npos);
  answer.report.held_billing.folder.files = 0;
  answer.report.held_billing.problem = "writing /data/held-billing/a.jsonl.new: No space left on device";
  CHECK(shown(answer).text.find("What nobody fetched for too long cannot be carried out:") != std::string::npos);
  CHECK(shown(answer).text.find("Make room there, or make it writable: df -h") != std::string::npos);
}

TEST_CASE("what will go within a day is said before it goes") {
  auto answer = well();
  answer.report.classes[2].outlook = {true, 5.4, std::nullopt};
  CHECK(shown(answer).text.find("12 % full. At the present rate: state goes in 5 h.") != std::string::npos);
  answer.report.classes[2].outlook.hours_until_eviction = 25;
  CHECK_FALSE(shown(answer).has_problems);
}

TEST_CASE("a flash memory that is worn out within three years is a problem, a longer life is none") {
  auto answer = well();
  answer.report.flash = {true, 260e6, 2000, 3.1};
  CHECK_FALSE(shown(answer).has_problems);
  answer.report.flash.years_of_life = 1.55;
  const auto text = shown(answer).text;
  CHECK(text.find("about 18 months") != std::string::npos);
  CHECK(text.find("260 MB an hour") != std::string::npos);
}

TEST_CASE("the table is as wide as its names need") {
  auto answer = well();
  answer.report.endpoints[0].name = "maintenance";
  answer.report.endpoints[0].failures_in_a_row = 1;
  answer.report.endpoints[0].last_failure = "503 Service Unavailable";
  CHECK(shown(answer).text.find("\n  endpoint maintenance fails: 503 Service Unavailable (1 in a row).\n"
                                "                       Nothing is lost.") != std::string::npos);
}

TEST_CASE("names that are too long for the table begin a line of their own") {
  auto answer = well();
  answer.report.gateway_id = std::string(64, 'g');
  answer.report.endpoints[0].name = std::string(64, 'e');
  answer.report.endpoints[0].failures_in_a_row = 1;
  answer.report.endpoints[0].last_failure = "503 Service Unavailable";
  const auto status = shown(answer);
  CHECK(status.text.find("  endpoint " + std::string(64, 'e') + "\n                   fails: 503") !=
        std::string::npos);
}

TEST_CASE("files that are gone, or cannot be looked at, are said as such") {
  FolderSight gone;
  gone.edited.emplace_back();
  CHECK(shown(well(), gone).text.find("EDITED, NOT APPLIED  a file is gone, or came with an old date\n") !=
        std::string::npos);
  FolderSight unreadable;
  unreadable.readable = false;
  const auto status = shown(well(), unreadable);
  CHECK_FALSE(status.has_problems);
  CHECK(status.text.ends_with("whether files were edited is not known: /etc/chargehook cannot be read\n"));
}

}  // namespace
}  // namespace chargehook::cli
