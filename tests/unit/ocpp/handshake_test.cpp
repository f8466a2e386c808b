#include <doctest/doctest.h>

#include "bench.hpp"
#include "ocpp/target.hpp"

namespace chargehook::ocpp::test {

TEST_CASE("the upstream is dialled first, with the charger's own path and both queries") {
  Bench bench;
  bench.arrive("/garage/CP%2D07?x=1");
  CHECK(bench.said() == Lines{"dial 1 csms.example:8180/ocpp/garage/CP%2D07?tenant=7&x=1"});
  bench.give(UpstreamAccepted{LinkId{1}, "ocpp1.6"});
  CHECK(bench.said() == Lines{"accept 1 ocpp1.6"});
  const auto told = bench.told();
  REQUIRE(types(told) == Lines{"charger.connected"});
  CHECK(told[0].subject == "charger/CP-07");
  CHECK(told[0].partition_key == "charger/CP-07");
}

TEST_CASE("what the upstream refuses reaches the charger with its status") {
  for (const int status : {401, 403, 404, 503}) {
    Bench bench;
    bench.arrive("/CP-07");
    bench.said();
    bench.give(UpstreamRefused{LinkId{1}, status, "no"});
    CHECK(bench.said() == Lines{"refuse 1 " + std::to_string(status)});
    CHECK(bench.told().empty());
  }
}

TEST_CASE("an upstream that cannot be reached, answers nonsense or stays silent is a gateway error") {
  SUBCASE("no connection") {
    Bench bench;
    bench.arrive("/CP-07");
    bench.said();
    bench.give(UpstreamRefused{LinkId{1}, 0, "connection refused"});
    CHECK(bench.said() == Lines{"refuse 1 502"});
  }
  SUBCASE("a subprotocol that was not offered") {
    Bench bench;
    bench.arrive("/CP-07");
    bench.said();
    bench.give(UpstreamAccepted{LinkId{1}, "ocpp1.5"});
    CHECK(bench.said() == Lines{"close csms 1 1002", "refuse 1 502"});
  }
  SUBCASE("ten seconds of silence") {
    Bench bench;
    bench.arrive("/CP-07");
    bench.said();
    CHECK(*bench.sessions().next_deadline() == bench.now.boot + seconds{10});
    bench.pass(milliseconds{9999});
    CHECK(bench.said().empty());
    bench.pass(milliseconds{1});
    CHECK(bench.said() == Lines{"close csms 1 1001", "refuse 1 504"});
  }
}

TEST_CASE("who may connect") {
  struct Case {
    std::string target, listener, authorization, expected;
  };
  const std::vector<Case> cases{
      {"/CP-99", "chargers", "", "refuse 1 404"},
      {"/", "chargers", "", "refuse 1 404"},
      {"/CP%0a07", "chargers", "", "refuse 1 404"},
      {"/CP%2", "chargers", "", "refuse 1 404"},
      {"/" + std::string(97, 'a'), "chargers", "", "refuse 1 404"},
      {"/CP-07", "locked", "", "refuse 1 401"},
      {"/CP-07", "locked", "Bearer x", "refuse 1 401"},
      {"/CP-07", "locked", "Basic Q1AtMDg6c2VjcmV0", "refuse 1 401"},                                  // CP-08:secret
      {"/CP-07", "locked", "basic Q1AtMDc6YTpi/w==", "dial 1 csms.example:8180/ocpp/CP-07?tenant=7"},  // CP-07:a:b\xff
      {"/cp07", "chargers", "", "dial 1 csms.example:8180/ocpp/cp07?tenant=7"},
      {"/CP%2008/", "chargers", "", "dial 1 csms.example:8180/ocpp/CP%2008/?tenant=7"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.target);
    Bench bench;
    bench.arrive(c.target, c.listener, c.authorization);
    CHECK(bench.said() == Lines{c.expected});
  }
}

TEST_CASE("an alias and a name with a blank are one charger in subjects") {
  Bench bench;
  bench.connect("/cp07");
  bench.connect("/CP%2008");
  const auto told = bench.told();
  REQUIRE(told.size() == 2);
  CHECK(told[0].subject == "charger/CP-07");
  CHECK(told[1].subject == "charger/CP%2008");
  CHECK(Json::parse(told[1].data)["charger"]["id"] == "CP 08");
  CHECK(bench.sessions().is_connected("CP 08"));
}

TEST_CASE("a charger that connects anew takes its place only once the upstream has accepted it") {
  Bench bench;
  const LinkId old = bench.connect();
  bench.said();
  bench.told();

  const LinkId refused = bench.arrive("/CP-07");
  bench.give(UpstreamRefused{refused, 401, ""});
  CHECK(bench.said() == Lines{"dial 2 csms.example:8180/ocpp/CP-07?tenant=7", "refuse 2 401"});
  bench.charger(old, R"([2,"1","Heartbeat",{}])");
  CHECK(bench.said() == Lines{R"(csms 1 [2,"1","Heartbeat",{}])"});

  const LinkId fresh = bench.connect();
  CHECK(bench.said() == Lines{"dial 3 csms.example:8180/ocpp/CP-07?tenant=7", "close csms 1 1000",
                              "close charger 1 1000", "accept 3 ocpp1.6"});
  CHECK(types(bench.told()) == Lines{"charger.disconnected", "charger.connected"});

  bench.give(SideClosed{old, Side::charger, 1006, ""});  // the old socket is noticed only now
  bench.give(SideClosed{old, Side::upstream, 1000, ""});
  CHECK(bench.said().empty());
  CHECK(bench.told().empty());
  bench.charger(fresh, R"([2,"2","Heartbeat",{}])");
  CHECK(bench.said() == Lines{R"(csms 3 [2,"2","Heartbeat",{}])"});
  CHECK(bench.sessions().connected_chargers() == 1);
  CHECK(bench.counters().replaced == 1);
}

TEST_CASE("an upstream that leaves the configuration while it is dialled serves the charger all the same") {
  Bench bench;
  const LinkId link = bench.arrive("/CP-07");
  bench.sessions().configure(std::make_shared<OcppConfig>(), {});
  bench.give(UpstreamAccepted{link, "ocpp1.6"});
  CHECK(bench.sessions().connected_chargers() == 1);
}

TEST_CASE("what one side closes is closed on the other") {
  struct Case {
    Side side;
    std::uint16_t code;
    std::string expected;
  };
  for (const Case& c : std::vector<Case>{{Side::charger, 1000, "close csms 1 1000"},
                                         {Side::charger, 1006, "close csms 1 1001"},
                                         {Side::upstream, 1012, "close charger 1 1012"},
                                         {Side::upstream, 1005, "close charger 1 1001"},
                                         {Side::upstream, 4001, "close charger 1 4001"}}) {
    Bench bench;
    const LinkId link = bench.connect();
    bench.said();
    bench.told();
    bench.give(SideClosed{link, c.side, c.code, ""});
    CHECK(bench.said() == Lines{c.expected});
    const auto told = bench.told();
    REQUIRE(types(told) == Lines{"charger.disconnected"});
    CHECK(Json::parse(told[0].data)["close_code"] == c.code);
    bench.charger(link, "[]");
    CHECK(bench.said().empty());
  }
}

TEST_CASE("a charger that gives up while its upstream is dialled leaves nothing behind") {
  Bench bench;
  const LinkId link = bench.arrive("/CP-07");
  bench.said();
  bench.give(SideClosed{link, Side::charger, 1006, ""});
  CHECK(bench.said() == Lines{"close csms 1 1001"});
  bench.give(UpstreamAccepted{link, "ocpp1.6"});
  CHECK(bench.said().empty());
  CHECK(bench.told().empty());
}

TEST_CASE("after a stop all are closed and nobody is let in") {
  Bench bench;
  bench.connect();
  const LinkId dialling = bench.arrive("/CP%2008");
  bench.said();
  bench.give(Stop{});
  CHECK(bench.said() == Lines{"close csms 1 1001", "close charger 1 1001", "close csms 2 1001", "refuse 2 503"});
  (void)dialling;
  bench.arrive("/CP-07");
  CHECK(bench.said() == Lines{"refuse 3 503"});
}

TEST_CASE("connection numbers go on after a restart, so that ids never repeat") {
  Bench first;
  first.connect();
  const auto before = first.told();
  Bench second{first.kept};
  second.connect();
  const auto after = second.told();
  CHECK(Json::parse(before[0].data)["connection"] == 1);
  CHECK(Json::parse(after[0].data)["connection"] == 2);
  CHECK(before[0].id != after[0].id);
}

TEST_CASE("upstream addresses") {
  const auto v6 = parse_upstream_url("wss://[::1]:9001/a/b/");
  REQUIRE(v6);
  CHECK(v6->secure);
  CHECK(v6->host == "::1");
  CHECK(v6->port == "9001");
  CHECK(v6->path == "/a/b");
  CHECK(parse_upstream_url("wss://x")->port == "443");
  CHECK(upstream_target(*parse_upstream_url("ws://x"), "/CP?a") == "/CP?a");
  for (const char* bad : {"http://x", "ws://", "ws://u@x", "ws://x:y", "ws://[::1", "ws://x#f", "ws://:80"}) {
    CAPTURE(bad);
    CHECK_FALSE(parse_upstream_url(bad));
  }
}

}  // namespace chargehook::ocpp::test
