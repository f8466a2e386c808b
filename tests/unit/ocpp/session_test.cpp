#include <doctest/doctest.h>

#include <algorithm>
#include <map>

#include "charging.hpp"
#include "ocpp/pseudonym.hpp"

namespace chargehook::ocpp::test {

TEST_CASE("a start and a stop give session.started and session.ended of one session") {
  Charging bench;
  bench.start({}, 88213);
  bench.charger(bench.link, stop(88213));
  const auto told = bench.sessions_told();
  REQUIRE(types(told) == Lines{"session.started", "session.ended"});
  for (const model::Event& event : told) {
    CHECK(event.subject == "charger/CP-07/evse/1");
    CHECK(event.partition_key == "charger/CP-07");
    CHECK(event.event_class == model::EventClass::billing);
    CHECK(event.id.size() == 30);
  }
  const Json started = data(told[0]);
  CHECK(told[0].basis == model::Basis::confirmed);
  CHECK(model::to_rfc3339(told[0].time) == "2026-11-24T06:00:00.000Z");
  CHECK(started["session"].get<std::string>().starts_with("ses_"));
  CHECK(started["transaction"] == Json{{"id", "88213"}, {"csms", "fleet-csms"}});
  CHECK(started["revision"] == 1);
  CHECK(started["revises"] == nullptr);
  CHECK(started["meter_start_wh"] == 100);
  CHECK(started["card"]["id"] == pseudonym(small_depot()->persons_key, "04aabb"));
  CHECK(started["authorization"]["status"] == "Accepted");
  CHECK(started["offline"] == false);
  CHECK(started["site"]["id"] == "depot-nord");
  CHECK(started["charger"]["name"] == "Bay 7");
  CHECK(started["connector"]["evse_id"] == "DE*ABC*E0007*1");
  CHECK(started["connector"]["max_power_w"] == 22000);
  const Json ended = data(told[1]);
  CHECK(ended["session"] == started["session"]);
  CHECK(ended["transaction"]["id"] == "88213");
  CHECK(ended["final"] == true);
  CHECK(ended["started"] == "2026-11-24T06:00:00.000Z");
  CHECK(ended["duration_s"] == 1800);
  CHECK(ended["energy_wh"] == 500);
  CHECK(ended["energy_basis"] == "register");
  CHECK(ended["stop_reason"] == "EVDisconnected");
  CHECK(ended["stopped_by"] == "ev");
  CHECK(ended["warnings"] == Json::array());
  CHECK(told[0].data.find("04AABB") == std::string::npos);
}

TEST_CASE("a card that is refused has started a transaction all the same") {
  Charging bench;
  bench.charger(bench.link, call({}));
  bench.csms(bench.link, answer("s1", 0, "Blocked"));
  const auto told = bench.sessions_told();
  REQUIRE(types(told) == Lines{"session.started"});
  CHECK(data(told[0])["authorization"]["status"] == "Blocked");
  CHECK(data(told[0])["transaction"]["id"] == "0");
}

TEST_CASE("a repeated start with the same answer gives the same event, over message ids, connections and restarts") {
  Charging bench;
  bench.start({}, 5);
  const auto first = bench.sessions_told();
  SUBCASE("a new message id") { bench.start({.id = "retry"}, 5); }
  SUBCASE("a new connection") {
    bench.give(SideClosed{bench.link, Side::charger, 1006, ""});
    bench.link = bench.connect();
    bench.start({}, 5);
  }
  auto again = bench.sessions_told();
  SUBCASE("a restart of the gateway, with what it had committed") {
    Charging restarted{bench.kept};
    restarted.start({.id = "retry"}, 5);
    again = restarted.sessions_told();
  }
  SUBCASE("a crash before the commit") {
    Charging restarted;
    restarted.start({.id = "retry"}, 5);
    again = restarted.sessions_told();
  }
  CHECK(again == first);
}

TEST_CASE("a repeated start with another number is the next revision of the same session") {
  Charging bench;
  bench.start({}, 5);
  bench.start({.id = "retry"}, 6);
  bench.charger(bench.link, stop(6));
  const auto told = bench.sessions_told();
  REQUIRE(types(told) == Lines{"session.started", "session.started", "session.ended"});
  CHECK(told[1].id != told[0].id);
  CHECK(data(told[1])["session"] == data(told[0])["session"]);
  CHECK(data(told[1])["revision"] == 2);
  CHECK(data(told[1])["revises"] == told[0].id);
  CHECK(data(told[2])["session"] == data(told[0])["session"]);
  CHECK(data(told[2])["transaction"]["id"] == "6");
}

TEST_CASE("a start without an answer is told after a minute without its number, and revised when the number comes") {
  Charging bench;
  bench.charger(bench.link, call({}));
  bench.csms(bench.link, R"([4,"s1","InternalError","",{}])");
  bench.pass(milliseconds{59'999});
  CHECK(bench.sessions_told().empty());
  bench.pass(milliseconds{1});
  const auto unanswered = bench.sessions_told();
  REQUIRE(types(unanswered) == Lines{"session.started"});
  CHECK(unanswered[0].basis == model::Basis::observed);
  CHECK(data(unanswered[0])["transaction"]["id"] == nullptr);

  bench.start({.id = "retry"}, 9);
  const auto answered = bench.sessions_told();
  REQUIRE(types(answered) == Lines{"session.started"});
  CHECK(answered[0].basis == model::Basis::confirmed);
  CHECK(data(answered[0])["session"] == data(unanswered[0])["session"]);
  CHECK(data(answered[0])["transaction"]["id"] == "9");
  CHECK(data(answered[0])["revises"] == unanswered[0].id);
  bench.pass(milliseconds{120'000});
  CHECK(bench.sessions_told().empty());
}

TEST_CASE("many starts at once whose answers come late: no two events of one id say different things") {
  Charging bench;
  constexpr int starts = 20;  // more than a connector remembers
  for (int i = 0; i < starts; ++i) bench.charger(bench.link, call({.id = "s" + std::to_string(i), .meter = i}));
  bench.pass(milliseconds{60'000});
  const auto unanswered = bench.sessions_told();
  for (int i = 0; i < starts; ++i) bench.csms(bench.link, answer("s" + std::to_string(i), i));
  std::map<std::string, std::string> contents;
  const auto same_as_before = [&](const model::Event& event) {
    return contents.emplace(event.id, event.data).first->second == event.data;
  };
  CHECK(std::ranges::all_of(unanswered, same_as_before));
  const auto answered = bench.sessions_told();
  CHECK(std::ranges::all_of(answered, same_as_before));
  CHECK(std::ranges::count(answered, "session.started", &model::Event::type) == starts);
}

TEST_CASE("the numbers a CSMS may give") {
  for (const std::int64_t number : {std::int64_t{0}, std::int64_t{-1}, std::int64_t{-77}, std::int64_t{1} << 40}) {
    CAPTURE(number);
    Charging bench;
    bench.start({}, number);
    bench.charger(bench.link, stop(number));
    const auto told = bench.sessions_told();
    REQUIRE(types(told) == Lines{"session.started", "session.ended"});
    CHECK(data(told[0])["transaction"]["id"] == std::to_string(number));
    CHECK(data(told[1])["transaction"]["id"] == std::to_string(number));
    CHECK(data(told[1])["session"] == data(told[0])["session"]);
  }
}

TEST_CASE("a stop with -1 ends the session whose start was never answered") {
  Charging bench;
  bench.start({.connector = 2, .card = "OTHER"}, 4);
  bench.charger(bench.link, call({.id = "x"}));
  bench.charger(bench.link, stop(-1));
  const auto told = bench.sessions_told();
  REQUIRE(types(told) == Lines{"session.started", "session.started", "session.ended"});
  CHECK(told[2].subject == "charger/CP-07/evse/1");
  CHECK(data(told[2])["session"] == data(told[1])["session"]);
  CHECK(data(told[2])["transaction"]["id"] == nullptr);
  CHECK(data(told[2])["energy_wh"] == 500);
}

TEST_CASE("a number that fits two open sessions goes to the one whose meter and card fit") {
  Charging bench;
  bench.start({.id = "a", .connector = 1, .meter = 100}, 0);
  bench.start({.id = "b", .connector = 2, .card = "OTHER", .meter = 9000}, 0);
  bench.charger(bench.link, stop(0, 600));
  const auto told = bench.sessions_told();
  REQUIRE(types(told) == Lines{"session.started", "session.started", "session.ended"});
  CHECK(data(told[2])["session"] == data(told[0])["session"]);
}

TEST_CASE("a stop without a known start is told, with what is not known left open") {
  Charging bench;
  bench.charger(bench.link, stop(321));
  bench.charger(bench.link, stop(321, 600, "2026-11-24T06:30:00Z", "retry"));
  const auto told = bench.sessions_told();
  REQUIRE(types(told) == Lines{"session.ended", "session.ended"});
  CHECK(told[0] == told[1]);
  CHECK(told[0].subject == "charger/CP-07");
  const Json ended = data(told[0]);
  CHECK(ended["started"] == nullptr);
  CHECK(ended["duration_s"] == nullptr);
  CHECK(ended["energy_wh"] == nullptr);
  CHECK(ended["meter_stop_wh"] == 600);
  CHECK(ended["connector"] == nullptr);
  CHECK(ended["warnings"] == Json{"start_unknown"});
}

TEST_CASE("a restart in the middle of a session: the stop still finds its connector") {
  Charging bench;
  bench.start({.connector = 2}, 5);
  const auto before = bench.sessions_told();
  Charging restarted{bench.kept};
  restarted.charger(restarted.link, stop(5));
  const auto after = restarted.sessions_told();
  REQUIRE(types(after) == Lines{"session.ended"});
  CHECK(after[0].subject == "charger/CP-07/evse/2");
  CHECK(data(after[0])["session"] == data(before[0])["session"]);
  CHECK(data(after[0])["energy_wh"] == 500);

  Charging once_more{restarted.kept};  // the charger never got the answer and repeats
  once_more.charger(once_more.link, stop(5, 600, "2026-11-24T06:30:00Z", "retry"));
  CHECK(once_more.sessions_told() == after);
}

TEST_CASE("a stop without a usable time says the same whenever it is repeated") {
  Charging bench;
  bench.start({}, 5);
  bench.charger(bench.link, stop(5, 600, "1970-01-01T00:00:10Z", "s1"));
  bench.pass(milliseconds{60'000});
  bench.charger(bench.link, stop(5, 600, "1970-01-01T00:00:10Z", "s2"));
  Charging restarted{bench.kept};
  restarted.pass(milliseconds{120'000});
  restarted.charger(restarted.link, stop(5, 600, "1970-01-01T00:00:10Z", "s3"));
  const auto told = bench.sessions_told();
  REQUIRE(types(told) == Lines{"session.started", "session.ended", "session.ended"});
  CHECK(told[1].id == told[2].id);
  CHECK(told[1].data == told[2].data);
  CHECK(restarted.sessions_told().at(0).data == told[1].data);
}

TEST_CASE("state that cannot be read is as if nothing was known") {
  for (const char* text : {"", "{", "[]", R"({"sessions":[1,{"transactions":["x"],"started":"y"}],"faults":7})"}) {
    Charging bench{{{"ocpp/CP-07/connector/1", text}, {"ocpp/CP-07/connector/x", "{}"}, {"ocpp/CP-07", "{}"}}};
    bench.charger(bench.link, stop(5));
    CHECK(types(bench.sessions_told()) == Lines{"session.ended"});
  }
}

TEST_CASE("a meter that went back gives no energy but says so") {
  Charging bench;
  bench.start({.meter = 1000}, 5);
  bench.charger(bench.link, stop(5, 20));
  const auto told = bench.sessions_told();
  CHECK(data(told[1])["energy_wh"] == nullptr);
  CHECK(data(told[1])["energy_basis"] == nullptr);
  CHECK(data(told[1])["warnings"] == Json{"meter_went_back"});
}

TEST_CASE("a charger's clock that cannot be trusted names no session by itself") {
  struct Case {
    std::string time;
    bool is_key;
    std::string started;  ///< what is told, empty: our time
    bool offline;
  };
  const std::vector<Case> cases{{"2026-11-24T05:58:00Z", true, "2026-11-24T05:58:00.000Z", false},
                                {"2026-11-24T06:58:00+01:00", true, "2026-11-24T05:58:00.000Z", false},
                                {"2026-11-23T05:30:00Z", true, "2026-11-23T05:30:00.000Z", true},
                                {"2026-11-21T06:00:00Z", false, "2026-11-21T06:00:00.000Z", true},
                                {"2026-11-25T07:30:00Z", false, "", false},
                                {"1970-01-01T00:00:07Z", false, "", false},
                                {"24.11.2026 06:00", false, "", false},
                                {"", false, "", false}};
  for (const Case& c : cases) {
    CAPTURE(c.time);
    std::vector<std::string> ids;
    for (const int before : {0, 3}) {  // the same message, as another one of the connection
      Charging bench;
      for (int i = 0; i < before; ++i) bench.charger(bench.link, R"([2,"h","Heartbeat",{}])");
      bench.start({.time = c.time}, 5);
      const auto told = bench.sessions_told();
      REQUIRE(told.size() == 1);
      ids.push_back(told[0].id);
      CHECK(data(told[0])["started"] == (c.started.empty() ? "2026-11-24T06:00:00.000Z" : c.started));
      CHECK(data(told[0])["offline"] == c.offline);
    }
    CHECK((ids[0] == ids[1]) == c.is_key);
  }
}

TEST_CASE("two sessions that look alike because the clock stands still are two") {
  Charging bench;
  const std::string dead = "1970-01-01T00:00:00Z";
  bench.start({.id = "a", .time = dead}, 5);
  bench.start({.id = "retry", .time = dead}, 5);
  bench.charger(bench.link, stop(5, 100, dead));
  bench.start({.id = "b", .time = dead}, 6);
  bench.charger(bench.link, stop(6, 100, dead));
  const auto told = bench.sessions_told();
  REQUIRE(types(told) ==
          Lines{"session.started", "session.started", "session.ended", "session.started", "session.ended"});
  CHECK(told[1] == told[0]);
  CHECK(data(told[3])["session"] != data(told[0])["session"]);
  CHECK(data(told[4])["session"] == data(told[3])["session"]);
  CHECK(told[4].id != told[2].id);
}

TEST_CASE("numbers written as texts and the reverse are read") {
  Charging bench;
  bench.charger(
      bench.link,
      R"([2,7,"StartTransaction",{"connectorId":"1","idTag":4711,"meterStart":100.0,"timestamp":"2026-11-24T06:00:00Z"}])");
  bench.csms(bench.link, R"([3,"7",{"transactionId":"12","idTagInfo":null}])");
  const auto told = bench.sessions_told();
  REQUIRE(types(told) == Lines{"session.started"});
  CHECK(data(told[0])["transaction"]["id"] == "12");
  CHECK(data(told[0])["meter_start_wh"] == 100);
  CHECK(data(told[0])["card"]["id"] == pseudonym(small_depot()->persons_key, "4711"));
}

TEST_CASE("payloads that make no sense are relayed, counted and mean nothing") {
  for (const char* message : {R"([2,"a","StartTransaction",{"idTag":"X"}])", R"([2,"a","StartTransaction",null])",
                              R"([2,"a","StartTransaction",{"connectorId":-1}])", R"([2,"a","StopTransaction",[]])",
                              R"([2,"a","StatusNotification",{"connectorId":1}])", R"([2,"a","BootNotification"])",
                              R"([2,"a","StatusNotification",{"connectorId":100000,"status":"Available"}])"}) {
    CAPTURE(message);
    Charging bench;
    bench.charger(bench.link, message);
    CHECK(bench.told().empty());
    CHECK(bench.counters().not_understood == 1);
    CHECK(bench.kept.size() == 1);  // the connection's number
  }
}

TEST_CASE("signed meter values are handed on as they are, up to 32 KiB") {
  Charging bench;
  bench.start({}, 5);
  const std::string value = R"(OCMF|{"FV":"1.0"}|{"SD":"304502"})";
  const auto message = [&](const std::string& big) {
    const Json sampled = Json::array({{{"value", value}, {"format", "SignedData"}, {"context", "Transaction.End"}},
                                      {{"value", "600"}, {"measurand", "Energy.Active.Import.Register"}},
                                      {{"value", big}, {"format", "SignedData"}}});
    return Json::array({2,
                        "s2",
                        "StopTransaction",
                        {{"transactionId", 5},
                         {"meterStop", 600},
                         {"timestamp", "2026-11-24T06:30:00Z"},
                         {"transactionData", {{{"timestamp", "x"}, {"sampledValue", sampled}}}}}})
        .dump();
  };
  bench.charger(bench.link, message(std::string(40'000, 'x')));
  const auto told = bench.sessions_told();
  REQUIRE(told.size() == 2);
  CHECK(told[1].data.size() < 60 * 1024);
  const Json ended = data(told[1]);
  CHECK(ended["signed_values"] == Json{{{"context", "Transaction.End"}, {"value", value}, {"public_key", nullptr}}});
  CHECK(ended["warnings"] == Json{"signed_values_cut"});
  CHECK(ended["stop_reason"] == "Local");
}

TEST_CASE("what a charger writes cannot make its state grow without end") {
  Charging bench;
  for (int i = 0; i < 200; ++i) {
    const std::string time = model::to_rfc3339(bench.now.wall);
    bench.start({.id = "s", .card = std::string(10'000, 'c') + std::to_string(i), .time = time}, i);
    bench.charger(bench.link, status(1, std::string(10'000, 's') + std::to_string(i)));
    bench.pass(milliseconds{1000});
  }
  for (const auto& [key, value] : bench.kept) CHECK(value.size() < 16 * 1024);
}

}  // namespace chargehook::ocpp::test
