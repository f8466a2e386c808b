#include <doctest/doctest.h>

#include <random>

#include "bench.hpp"
#include "ocpp/frame.hpp"

namespace chargehook::ocpp::test {
namespace {

constexpr std::string_view start =
    R"([2,"s1","StartTransaction",{"connectorId":1,"idTag":"04AABB","meterStart":100,"timestamp":"2026-11-24T06:00:00Z"}])";
constexpr std::string_view started = R"([3,"s1",{"transactionId":5,"idTagInfo":{"status":"Accepted"}}])";
constexpr std::string_view stop =
    R"([2,"s2","StopTransaction",{"transactionId":5,"meterStop":600,"timestamp":"2026-11-24T06:30:00Z"}])";
constexpr std::string_view stopped = R"([3,"s2",{}])";

std::string to_charger(std::string_view text) { return "charger 1 " + std::string{text}; }
std::string to_csms(std::string_view text) { return "csms 1 " + std::string{text}; }

/// A connected charger whose start is answered by the CSMS, but not yet durable.
struct Held {
  Bench bench;
  LinkId link = bench.connect();
  Held() {
    bench.charger(link, start);
    bench.said();
    bench.csms(link, started);
  }
};

}  // namespace

TEST_CASE("messages go on byte for byte, whatever they hold") {
  const std::vector<std::string> odd{"[2 , \"a\",\n\t\"Heartbeat\" ,{ } ]",
                                     R"([2,"a","X",{"k":1.0,"k":1e2,"u":"é"}])",
                                     R"([,2,"a"])",
                                     "",
                                     std::string("[2,\"a\0b\"]", 9),
                                     "\xff\xfe",
                                     R"([6,"x","NotifyPeriodicEventStream",{}])",
                                     R"({"a":1})",
                                     R"([2,"a"])",
                                     R"([2,null,"Heartbeat",{}])",
                                     R"([3,"never asked",null])"};
  for (const std::string& message : odd) {
    CAPTURE(message);
    Bench bench;
    const LinkId link = bench.connect();
    bench.said();
    bench.charger(link, message);
    bench.csms(link, message);
    CHECK(bench.said() == Lines{to_csms(message), to_charger(message)});
  }
}

TEST_CASE("what cannot be read is counted") {
  struct Case {
    std::string message;
    std::uint64_t unparsed, orphans;
  };
  for (const Case& c : std::vector<Case>{{R"([2,"a","Heartbeat",{}])", 0, 0},
                                         {R"([3,"a",{}])", 0, 1},
                                         {R"([4,"a","InternalError","",{}])", 0, 1},
                                         {R"([2,"a","Heartbeat",{})", 1, 0},
                                         {R"([5,"a",{}])", 1, 0},
                                         {"\"text\"", 1, 0}}) {
    CAPTURE(c.message);
    Bench bench;
    bench.charger(bench.connect(), c.message);
    CHECK(bench.counters().unparsed == c.unparsed);
    CHECK(bench.counters().orphan_answers == c.orphans);
  }
}

TEST_CASE("a binary message is relayed as binary and not looked at") {
  Bench bench;
  const LinkId link = bench.connect();
  Outputs out;
  bench.sessions().step(bench.now, MessageArrived{link, Side::charger, {std::string{stop}, false}}, out);
  REQUIRE(out.commands.size() == 1);
  CHECK_FALSE(std::get<Send>(out.commands[0]).message.text);
  CHECK(out.entries.empty());
  CHECK(bench.counters().unparsed == 1);
}

TEST_CASE("the answer to a start waits for its event, and what follows waits behind it in order") {
  Held held;
  Bench& bench = held.bench;
  CHECK(bench.said().empty());
  bench.csms(held.link, R"([2,"r","RemoteStopTransaction",{"transactionId":5}])");
  CHECK(bench.said().empty());
  bench.charger(held.link, R"([2,"h","Heartbeat",{}])");  // the other direction runs on
  CHECK(bench.said() == Lines{to_csms(R"([2,"h","Heartbeat",{}])")});
  bench.commit();
  CHECK(bench.said() ==
        Lines{to_charger(started), to_charger(R"([2,"r","RemoteStopTransaction",{"transactionId":5}])")});
  CHECK(bench.counters().holds == 1);
  CHECK(bench.counters().hold_expired_time == 0);
}

TEST_CASE("what the CSMS sends may pass at once, unless an answer may have to wait or does") {
  Bench bench;
  const LinkId link = bench.connect();
  const auto passes_on = [&] { return bench.passes_on.at(link); };
  CHECK(passes_on());
  bench.charger(link, R"([2,"h","Heartbeat",{}])");
  CHECK(passes_on());
  SUBCASE("a start: from its call until its answer is let go") {
    bench.charger(link, start);
    CHECK_FALSE(passes_on());
    bench.csms(link, started);
    CHECK_FALSE(passes_on());
    bench.commit();
    CHECK(bench.said().back() == to_charger(started));
    CHECK(passes_on());
  }
  SUBCASE("a stop whose event is durable before its answer comes") {
    bench.charger(link, stop);
    bench.commit();
    CHECK_FALSE(passes_on());
    bench.csms(link, stopped);
    CHECK(passes_on());
  }
  SUBCASE("a hold whose time is over") {
    bench.charger(link, start);
    bench.csms(link, started);
    bench.pass(seconds{3});
    CHECK(passes_on());
  }
  SUBCASE("a start that is refused as a message") {
    bench.charger(link, start);
    bench.csms(link, R"([4,"s1","InternalError","",{}])");
    CHECK(passes_on());
  }
  SUBCASE("a start that is forgotten, because too many calls came after it") {
    bench.charger(link, start);
    for (std::size_t i = 0; i < OpenCalls::calls_max; ++i) {
      CHECK_FALSE(passes_on());
      bench.charger(link, "[2,\"n" + std::to_string(i) + R"(","Heartbeat",{}])");
    }
    CHECK(passes_on());
  }
  SUBCASE("a start whose id is used again") {
    bench.charger(link, start);
    bench.charger(link, R"([2,"s1","Heartbeat",{}])");
    CHECK(passes_on());
  }
}

TEST_CASE("what has been passed on is not sent again, and means the same") {
  Bench bench;
  const LinkId link = bench.connect();
  bench.said();
  bench.told();
  bench.give(MessageArrived{link, Side::charger, {std::string{stop}, true}, true});
  CHECK(bench.said().empty());
  CHECK(types(bench.told()) == Lines{"session.ended"});
  bench.csms(link, stopped);
  bench.commit();
  CHECK(bench.said() == Lines{to_charger(stopped)});
  bench.give(MessageArrived{link, Side::upstream, {R"([2,"r","Reset",{"type":"Soft"}])", true}, true});
  CHECK(bench.said().empty());
  CHECK(bench.counters().from_upstream == 2);
}

TEST_CASE("the event of a stop is handed over with the call, so its answer waits only for what is left") {
  Held held;
  Bench& bench = held.bench;
  bench.commit();
  bench.said();
  SUBCASE("durable before the answer: nothing waits") {
    bench.charger(held.link, stop);
    CHECK(bench.said() == Lines{to_csms(stop)});
    bench.commit();
    bench.csms(held.link, stopped);
    CHECK(bench.said() == Lines{to_charger(stopped)});
  }
  SUBCASE("answer before durable: it waits") {
    bench.charger(held.link, stop);
    bench.said();
    bench.csms(held.link, stopped);
    CHECK(bench.said().empty());
    bench.commit();
    CHECK(bench.said() == Lines{to_charger(stopped)});
  }
  SUBCASE("a CALLERROR is an answer too") {
    bench.charger(held.link, stop);
    bench.said();
    bench.csms(held.link, R"([4,"s2","InternalError","",{}])");
    CHECK(bench.said().empty());
    bench.commit();
    CHECK(bench.said() == Lines{to_charger(R"([4,"s2","InternalError","",{}])")});
  }
}

TEST_CASE("a hold ends after two seconds: charging goes first") {
  Held held;
  Bench& bench = held.bench;
  REQUIRE(bench.sessions().next_deadline());
  bench.pass(milliseconds{1999});
  CHECK(bench.said().empty());
  bench.pass(milliseconds{1});
  CHECK(bench.said() == Lines{to_charger(started)});
  CHECK(bench.counters().hold_expired_time == 1);
  bench.commit();  // late: nothing is sent twice
  CHECK(bench.said().empty());
}

TEST_CASE("two answers held one behind the other: each waits for its own event") {
  Held held;
  Bench& bench = held.bench;
  const HoldToken first = bench.tokens.at(0);
  bench.charger(held.link, stop);
  bench.csms(held.link, stopped);
  const HoldToken second = bench.tokens.at(1);
  bench.said();
  bench.give(EntryDurable{second});
  CHECK(bench.said().empty());
  bench.give(EntryDurable{first});
  CHECK(bench.said() == Lines{to_charger(started), to_charger(stopped)});
}

TEST_CASE("whoever follows next_deadline misses no hold and no unanswered start") {
  Held held;
  Bench& bench = held.bench;
  bench.pass(milliseconds{500});
  bench.charger(held.link, stop);
  bench.csms(held.link, stopped);
  bench.charger(held.link,
                R"([2,"s3","StartTransaction",{"connectorId":2,"idTag":"B","meterStart":1,"timestamp":""}])");
  bench.pass(milliseconds{500});
  bench.charger(held.link,
                R"([2,"s4","StartTransaction",{"connectorId":3,"idTag":"C","meterStart":1,"timestamp":""}])");
  bench.give(EntryDurable{bench.tokens.at(0)});
  bench.told();
  bench.said();
  std::size_t timers = 0;
  while (const auto next = bench.sessions().next_deadline()) {
    REQUIRE(++timers < 20);
    bench.pass(std::chrono::ceil<milliseconds>(*next - bench.now.boot));
  }
  CHECK(bench.said() == Lines{to_charger(stopped)});
  CHECK(types(bench.told()) == Lines{"session.started", "session.started"});
}

TEST_CASE("a full lane lets everything go, in order") {
  SUBCASE("65 messages") {
    Held held;
    for (int i = 0; i < 63; ++i) held.bench.csms(held.link, "[2,\"" + std::to_string(i) + "\",\"Reset\",{}]");
    CHECK(held.bench.said().empty());
    held.bench.csms(held.link, "[2,\"last\",\"Reset\",{}]");
    const Lines said = held.bench.said();
    REQUIRE(said.size() == 65);
    CHECK(said.front() == to_charger(started));
    CHECK(said.back() == to_charger("[2,\"last\",\"Reset\",{}]"));
    CHECK(held.bench.counters().hold_expired_full == 1);
  }
  SUBCASE("256 KiB") {
    Held held;
    held.bench.csms(held.link, std::string(200 * 1024, ' '));
    CHECK(held.bench.said().empty());
    held.bench.csms(held.link, std::string(60 * 1024, ' '));
    CHECK(held.bench.said().size() == 3);
    CHECK(held.bench.counters().hold_expired_full == 1);
  }
}

TEST_CASE("while the journal refuses nothing is held") {
  Held held;
  Bench& bench = held.bench;
  bench.give(JournalState{true});
  CHECK(bench.said() == Lines{to_charger(started)});
  CHECK(bench.counters().hold_expired_refusing == 1);
  bench.charger(held.link, stop);
  bench.csms(held.link, stopped);
  CHECK(bench.said() == Lines{to_csms(stop), to_charger(stopped)});
  bench.give(JournalState{false});
  bench.charger(held.link, stop);
  bench.csms(held.link, stopped);
  CHECK(bench.said() == Lines{to_csms(stop)});
}

TEST_CASE("an upstream that leaves with an answer held: the answer still arrives, then the close") {
  Held held;
  Bench& bench = held.bench;
  bench.give(SideClosed{held.link, Side::upstream, 1001, ""});
  CHECK(bench.said().empty());
  bench.charger(held.link, stop);  // nobody there to hear it: the charger repeats it later
  CHECK(types(bench.told()) == Lines{"charger.connected", "session.started", "charger.disconnected"});
  bench.commit();
  CHECK(bench.said() == Lines{to_charger(started), "close charger 1 1001"});
}

TEST_CASE("a stop with an answer held: the last commit releases it, then the close") {
  Held held;
  Bench& bench = held.bench;
  bench.give(Stop{});
  CHECK(bench.said() == Lines{"close csms 1 1001"});
  bench.commit();
  CHECK(bench.said() == Lines{to_charger(started), "close charger 1 1001"});
}

TEST_CASE("a call that nobody answers is forgotten in the end, and its late answer still relayed") {
  Bench bench;
  const LinkId link = bench.connect();
  for (int i = 0; i < 65; ++i) bench.charger(link, "[2,\"" + std::to_string(i) + "\",\"Heartbeat\",{}]");
  CHECK(bench.counters().calls_forgotten == 1);
  bench.said();
  bench.csms(link, R"([3,"0",{}])");
  bench.csms(link, R"([3,"64",{}])");
  CHECK(bench.said().size() == 2);
  CHECK(bench.counters().orphan_answers == 1);
}

TEST_CASE("both sides may use the same id at once") {
  Bench bench;
  const LinkId link = bench.connect();
  bench.charger(link, R"([2,"1","Heartbeat",{}])");
  bench.csms(link, R"([2,"1","Reset",{}])");
  bench.charger(link, R"([3,"1",{"status":"Accepted"}])");
  bench.csms(link, R"([3,"1",{}])");
  CHECK(bench.counters().orphan_answers == 0);
}

TEST_CASE("any bytes in either direction are relayed and never more than that") {
  std::mt19937 random{20261124};
  const std::vector<std::string_view> seeds{
      start,
      started,
      stop,
      stopped,
      R"([2,"b","BootNotification",{"chargePointVendor":"Alfen","chargePointModel":"Eve"}])",
      R"([2,"n","StatusNotification",{"connectorId":1,"status":"Faulted","errorCode":"GroundFailure"}])"};
  const auto pick = [&](std::size_t below) { return std::uniform_int_distribution<std::size_t>{0, below - 1}(random); };
  Bench bench;
  const LinkId link = bench.connect();
  bench.said();
  std::uint64_t unreadable = 0;
  for (int i = 0; i < 500; ++i) {
    std::string message{seeds[pick(seeds.size())]};
    for (std::size_t changes = 1 + pick(6); changes > 0 && !message.empty(); --changes) {
      const std::size_t at = pick(message.size());
      if (pick(3) == 0)
        message.erase(at, 1 + pick(20));
      else if (pick(2) == 0)
        message.insert(at, 1, static_cast<char>(pick(256)));
      else
        message[at] = static_cast<char>(pick(256));
    }
    if (!read_frame(message)) ++unreadable;
    CAPTURE(message);
    if (pick(2) == 0) {
      bench.charger(link, message);
      CHECK(bench.said() == Lines{to_csms(message)});
    } else {
      bench.csms(link, message);
      bench.commit();
      CHECK(bench.said() == Lines{to_charger(message)});
    }
    for (const model::Event& event : bench.told()) CHECK(Json::accept(event.data));
  }
  CHECK(unreadable > 100);
  CHECK(bench.counters().unparsed == unreadable);
}

}  // namespace chargehook::ocpp::test
