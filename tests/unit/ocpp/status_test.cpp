#include <doctest/doctest.h>

#include <set>

#include "bench.hpp"

namespace chargehook::ocpp::test {
namespace {

struct Status {
  int connector = 1;
  std::string word = "Available";
  std::string error = "NoError";
  std::string vendor_error = {};
  std::string time = "2026-11-24T06:00:00Z";
};
std::string call(const Status& status) {
  Json payload{{"connectorId", status.connector}, {"status", status.word}, {"errorCode", status.error}};
  if (!status.vendor_error.empty()) payload["vendorErrorCode"] = status.vendor_error;
  if (!status.time.empty()) payload["timestamp"] = status.time;
  return Json::array({2, "n", "StatusNotification", payload}).dump();
}

Json data(const model::Event& event) { return Json::parse(event.data); }

struct Reporting : Bench {
  explicit Reporting(std::map<std::string, std::string> stored = {}) : Bench(std::move(stored)) { link = connect(); }
  LinkId link{};
  std::vector<model::Event> after(const Status& status) {
    told();
    charger(link, call(status));
    return told();
  }
};

}  // namespace

TEST_CASE("the nine states of OCPP 1.6, and words nobody knows") {
  struct Case {
    std::string ocpp, name, ocpi;
  };
  for (const Case& c : std::vector<Case>{{"Available", "available", "AVAILABLE"},
                                         {"Preparing", "preparing", "BLOCKED"},
                                         {"Charging", "charging", "CHARGING"},
                                         {"SuspendedEV", "suspended_ev", "CHARGING"},
                                         {"SuspendedEVSE", "suspended_evse", "CHARGING"},
                                         {"Finishing", "finishing", "BLOCKED"},
                                         {"Reserved", "reserved", "RESERVED"},
                                         {"Unavailable", "unavailable", "INOPERATIVE"},
                                         {"Faulted", "faulted", "OUTOFORDER"},
                                         {"Snoozing", "unknown", "UNKNOWN"}}) {
    CAPTURE(c.ocpp);
    Reporting bench;
    const auto told = bench.after({.word = c.ocpp});
    REQUIRE_FALSE(told.empty());
    CHECK(told[0].type == "charger.status_changed");
    CHECK(told[0].subject == "charger/CP-07/evse/1");
    CHECK(data(told[0])["status"] == c.name);
    CHECK(data(told[0])["ocpp_status"] == c.ocpp);
    CHECK(data(told[0])["ocpi_status"] == c.ocpi);
    CHECK(data(told[0])["previous"] == nullptr);
    CHECK(data(told[0])["error_code"] == nullptr);
  }
}

TEST_CASE("connector 0 is the charger as a whole") {
  Reporting bench;
  const auto told = bench.after({.connector = 0});
  REQUIRE(told.size() == 1);
  CHECK(told[0].subject == "charger/CP-07");
  CHECK(data(told[0])["connector"] == nullptr);
}

TEST_CASE("a repetition without change is dropped, also with a new time and after a restart") {
  Reporting bench;
  CHECK(bench.after({}).size() == 1);
  CHECK(bench.after({.time = "2026-11-24T06:01:00Z"}).empty());
  const auto told = bench.after({.word = "Preparing", .time = "2026-11-24T06:01:00Z"});
  REQUIRE(told.size() == 1);
  CHECK(data(told[0])["previous"] == "available");
  CHECK(bench.after({.connector = 2, .word = "Preparing"}).size() == 1);
  Reporting restarted{bench.kept};
  CHECK(restarted.after({.word = "Preparing", .time = ""}).empty());
}

TEST_CASE("changes with the same time have ids of their own") {
  Reporting bench;
  std::set<std::string> ids;
  for (int i = 0; i < 5; ++i) {
    ids.insert(bench.after({.word = "Available"}).at(0).id);
    ids.insert(bench.after({.word = "Preparing"}).at(0).id);
  }
  CHECK(ids.size() == 10);
}

TEST_CASE("a status without a time is known by its place in the connection") {
  Reporting one;
  Reporting other;
  other.charger(other.link, R"([2,"h","Heartbeat",{}])");
  CHECK(one.after({.time = ""}).at(0).id != other.after({.time = ""}).at(0).id);
  Reporting third;
  Reporting fourth;
  fourth.charger(fourth.link, R"([2,"h","Heartbeat",{}])");
  CHECK(third.after({}).at(0).id == fourth.after({}).at(0).id);
}

TEST_CASE("a fault is raised once and cleared by NoError") {
  Reporting bench;
  bench.after({});
  const auto raised = bench.after({.word = "Faulted", .error = "GroundFailure", .vendor_error = "0x0102"});
  REQUIRE(types(raised) == Lines{"charger.status_changed", "fault.raised"});
  CHECK(raised[1].severity == model::Severity::critical);
  CHECK(raised[1].event_class == model::EventClass::safety);
  CHECK(data(raised[1])["condition"] == "ground-failure");
  CHECK(data(raised[1])["dedup_key"] == "depot-nord/CP-07/1/ground-failure");
  CHECK(data(raised[1])["title"] == "Ground fault on Bay 7, EVSE 1");
  CHECK(data(raised[1])["code"] == Json{{"ocpp", "GroundFailure"}, {"vendor", "0x0102"}, {"mrec", nullptr}});
  CHECK(data(raised[1])["out_of_service"] == true);
  CHECK(bench.after({.word = "Faulted", .error = "GroundFailure", .vendor_error = "0x0102"}).empty());

  Reporting restarted{bench.kept};
  const auto cleared = restarted.after({.time = "2026-11-24T06:04:00Z"});
  REQUIRE(types(cleared) == Lines{"charger.status_changed", "fault.cleared"});
  CHECK(data(cleared[1])["incident"] == data(raised[1])["incident"]);
  CHECK(data(cleared[1])["duration_s"] == 240);
  CHECK(cleared[1].severity == model::Severity::critical);
}

TEST_CASE("which messages raise and clear") {
  using Codes = std::vector<Status>;
  struct Case {
    std::string what;
    Codes messages;
    Lines expected;  ///< of the last one
  };
  const std::vector<Case> cases{
      {"an error beside a working state is a warning that is raised",
       {{.word = "Charging", .error = "EVCommunicationError"}},
       {"charger.status_changed", "fault.raised"}},
      {"Faulted without an error is a fault", {{.word = "Faulted"}}, {"charger.status_changed", "fault.raised"}},
      {"the same error in another state is the same fault",
       {{.word = "Charging", .error = "WeakSignal"}, {.word = "Finishing", .error = "WeakSignal"}},
       {"charger.status_changed"}},
      {"a second error does not clear the first",
       {{.word = "Charging", .error = "WeakSignal"}, {.word = "Charging", .error = "HighTemperature"}},
       {"charger.status_changed", "fault.raised"}},
      {"NoError clears both",
       {{.word = "Charging", .error = "WeakSignal"},
        {.word = "Charging", .error = "HighTemperature"},
        {.word = "Charging"}},
       {"charger.status_changed", "fault.cleared", "fault.cleared"}},
      {"the way out of Faulted clears what is not reported any more",
       {{.word = "Faulted", .error = "GroundFailure"}, {.word = "Available", .error = "WeakSignal"}},
       {"charger.status_changed", "fault.cleared", "fault.raised"}},
      {"a vendor's zero means nothing",
       {{.word = "Faulted", .error = "OtherError", .vendor_error = "0x0000"},
        {.word = "Faulted", .error = "OtherError"}},
       {"charger.status_changed"}},
      {"another connector has faults of its own",
       {{.word = "Faulted", .error = "GroundFailure"}, {.connector = 2, .word = "Available"}},
       {"charger.status_changed"}},
  };
  for (const Case& c : cases) {
    CAPTURE(c.what);
    Reporting bench;
    std::vector<model::Event> told;
    for (const Status& message : c.messages) told = bench.after(message);
    CHECK(types(told) == c.expected);
  }
}

TEST_CASE("the same fault again is another incident, also within one second") {
  Reporting bench;
  std::set<std::string> ids;
  std::set<std::string> incidents;
  for (int i = 0; i < 3; ++i) {
    const auto raised = bench.after({.word = "Faulted", .error = "GroundFailure"});
    const auto cleared = bench.after({});
    ids.insert({raised.at(1).id, cleared.at(1).id});
    incidents.insert(data(raised.at(1))["incident"].get<std::string>());
  }
  CHECK(ids.size() == 6);
  CHECK(incidents.size() == 3);
}

TEST_CASE("a boot is told with what the CSMS answered, and names the charger from then on") {
  for (const char* status : {"Accepted", "Pending", "Rejected"}) {
    Reporting bench;
    bench.told();
    bench.charger(bench.link,
                  R"([2,"b","BootNotification",{"chargePointVendor":"Alfen","chargePointModel":"Eve Double",)"
                  R"("chargeBoxSerialNumber":"ACE0012345","firmwareVersion":"6.4.1"}])");
    CHECK(bench.told().empty());
    bench.csms(bench.link, R"([3,"b",{"status":")" + std::string{status} +
                               R"(","currentTime":"2026-11-24T06:00:00Z","interval":300}])");
    const auto told = bench.told();
    REQUIRE(types(told) == Lines{"charger.booted"});
    CHECK((told[0].basis == model::Basis::confirmed) == (std::string_view{status} == "Accepted"));
    CHECK(data(told[0])["status"] == status);
    CHECK(data(told[0])["interval_s"] == 300);
    Reporting restarted{bench.kept};
    const Json charger = data(restarted.after({}).at(0))["charger"];
    CHECK(charger == Json{{"id", "CP-07"},
                          {"name", "Bay 7"},
                          {"vendor", "Alfen"},
                          {"model", "Eve Double"},
                          {"serial", "ACE0012345"},
                          {"firmware", "6.4.1"}});
  }
}

TEST_CASE("the CSMS says what time it is when it answers a boot or a heartbeat, and whether it is who it says it is") {
  for (const bool secure : {false, true}) {
    auto config = small_depot();
    if (secure) config->upstreams[0].url = "wss://csms.example/ocpp";
    Bench bench{{}, config};
    const auto link = bench.connect();
    bench.charger(link, R"([2,"s","StatusNotification",{"connectorId":1,"errorCode":"NoError","status":"Available"}])");
    bench.csms(link, R"([3,"s",{"currentTime":"2026-11-24T05:00:00Z"}])");
    CHECK_FALSE(bench.told_time);
    bench.charger(link, R"([2,"h","Heartbeat",{}])");
    bench.csms(link, R"([3,"h",{"currentTime":"yesterday"}])");
    CHECK_FALSE(bench.told_time);
    bench.charger(link, R"([2,"i","Heartbeat",{}])");
    bench.csms(link, R"([3,"i",{"currentTime":"2026-11-24T07:00:00+01:00"}])");
    REQUIRE(bench.told_time);
    CHECK(model::to_rfc3339(bench.told_time->time) == "2026-11-24T06:00:00.000Z");
    CHECK(bench.told_time->is_secure == secure);
  }
}

TEST_CASE("a time that the charger told is its own, and one that we had to give is ours") {
  Bench bench;
  bench.now.quality = model::TimeQuality::unknown;
  const auto link = bench.connect();
  CHECK(bench.told().back().time_of == model::TimeOf::gateway);
  bench.charger(link, R"([2,"s","StatusNotification",{"connectorId":1,"errorCode":"NoError","status":"Charging",)"
                      R"("timestamp":"2026-11-24T05:59:00Z"}])");
  CHECK(bench.told().back().time_of == model::TimeOf::device);
}

}  // namespace chargehook::ocpp::test
