#include "ocpp/io/gate.hpp"

#include <doctest/doctest.h>

#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <chrono>
#include <functional>

#include "fakes/longest_wait.hpp"
#include "ocpp/sessions.hpp"
#include "peers.hpp"

namespace chargehook::ocpp::io::test {
namespace {

using std::chrono::seconds;
using Lines = std::vector<std::string>;

/// The real gate and the real sessions, with a journal that commits at once, between a charger and a CSMS.
class Depot {
 public:
  explicit Depot(WebSocketOptions options = {}, std::size_t message_bytes_max = 256 * 1024) : csms(io) {
    csms.chosen = "ocpp1.6";
    auto config = std::make_shared<OcppConfig>();
    config->listeners = {{"chargers", "127.0.0.1", 0, Security::none}};
    config->upstreams = {{"csms", "ws://127.0.0.1:" + std::to_string(csms.port()) + "/ocpp?t=1"}};
    config->unknown_chargers = UnknownChargers::relay;
    config->persons_key = "0123456789abcdef";
    config->message_bytes_max = message_bytes_max;
    sessions = std::make_unique<Sessions>(config, model::Site{"depot", "", "UTC", "", "", ""}, 1,
                                          std::map<std::string, std::string>{});
    auto opened = Gate::open(
        io, *config, [this](Input input) { step(std::move(input)); }, options);
    REQUIRE(opened.has_value());
    gate = std::move(opened).value();
  }

  ~Depot() {
    gate->stop();
    io.poll();
  }

  void step(Input input) {
    if (const auto* closed = std::get_if<SideClosed>(&input)) gone.push_back(closed->side);
    const auto ticks = std::chrono::steady_clock::now().time_since_epoch();
    const model::Now now{model::WallTime{std::chrono::hours{500'000}}, model::BootTime{ticks},
                         model::TimeQuality::synced};
    Outputs out;
    sessions->step(now, std::move(input), out);
    for (Command& command : out.commands) gate->carry_out(std::move(command));
    for (Entry& entry : out.entries) {
      for (const model::Event& event : entry.events) events.push_back(event.type);
      if (entry.token != no_hold && commits) step(EntryDurable{entry.token});
      if (entry.token != no_hold) tokens.push_back(entry.token);
    }
  }

  /// Runs what is due until `done`; a failure after `fakes::longest_wait`.
  void run_until(const std::function<bool()>& done) {
    const auto deadline = std::chrono::steady_clock::now() + fakes::longest_wait;
    io.restart();
    while (!done() && std::chrono::steady_clock::now() < deadline) io.run_one_until(deadline);
    REQUIRE(done());
  }

  std::shared_ptr<Charger> charger(ChargerRequest request = {}) {
    request.port = gate->ports().at(0);
    return connect(io, request);
  }

  /// A charger connected through to the CSMS.
  std::shared_ptr<Charger> connected(const ChargerRequest& request = {}) {
    const std::size_t before = csms.peers.size();
    auto made = charger(request);
    run_until([&] { return made->peer->open && csms.peers.size() > before && csms.peers.back()->open; });
    return made;
  }

  boost::asio::io_context io{1};
  Csms csms;
  std::unique_ptr<Sessions> sessions;
  std::unique_ptr<Gate> gate;
  Lines events;
  std::vector<HoldToken> tokens;
  std::vector<Side> gone;
  bool commits = true;
};

}  // namespace

TEST_CASE("path, query, subprotocols, credentials and user agent reach the CSMS as the charger sent them") {
  Depot depot;
  const auto charger = depot.connected({.target = "/garage/CP%2007?x=1", .authorization = "Basic Q1AgMDc6/zo="});
  REQUIRE(depot.csms.requests.size() == 1);
  auto& request = depot.csms.requests[0];
  CHECK(request[":target"] == "/ocpp/garage/CP%2007?t=1&x=1");
  CHECK(request["sec-websocket-protocol"] == "ocpp2.0.1, ocpp1.6");
  CHECK(request["authorization"] == "Basic Q1AgMDc6/zo=");
  CHECK(request["user-agent"] == "Alfen/6.4.1");
  CHECK(request["host"] == "127.0.0.1:" + std::to_string(depot.csms.port()));
  CHECK_FALSE(request.contains("sec-websocket-extensions"));
  CHECK(charger->subprotocol == "ocpp1.6");
  CHECK(depot.events == Lines{"charger.connected"});
}

TEST_CASE("the CSMS's refusal reaches the charger") {
  for (const unsigned status : {401U, 403U, 404U, 503U}) {
    CAPTURE(status);
    Depot depot;
    depot.csms.status = status;
    const auto charger = depot.charger();
    depot.run_until([&] { return charger->status != 0; });
    CHECK(charger->status == status);
    CHECK(depot.events.empty());
  }
}

TEST_CASE("without a subprotocol on either side the handshake ends without one") {
  Depot depot;
  depot.csms.chosen = "";
  const auto charger = depot.connected({.subprotocols = ""});
  CHECK(charger->subprotocol.empty());
  CHECK_FALSE(depot.csms.requests[0].contains("sec-websocket-protocol"));
}

TEST_CASE("an upstream that nobody listens on is 502") {
  Depot depot;
  auto config = std::make_shared<OcppConfig>();
  boost::asio::ip::tcp::acceptor closed{depot.io, {boost::asio::ip::address_v4::loopback(), 0}};
  config->upstreams = {{"csms", "ws://127.0.0.1:" + std::to_string(closed.local_endpoint().port())}};
  config->unknown_chargers = UnknownChargers::relay;
  closed.close();
  depot.sessions->configure(config, model::Site{"depot", "", "UTC", "", "", ""});
  const auto charger = depot.charger();
  depot.run_until([&] { return charger->status != 0; });
  CHECK(charger->status == 502);
}

TEST_CASE("what is no WebSocket request is told so") {
  Depot depot;
  boost::beast::tcp_stream stream{depot.io};
  stream.connect({boost::asio::ip::address_v4::loopback(), depot.gate->ports().at(0)});
  std::string answer;
  boost::asio::write(stream.socket(), boost::asio::buffer(std::string{"GET /CP-07 HTTP/1.1\r\nHost: x\r\n\r\n"}));
  bool read = false;
  boost::asio::async_read(stream.socket(), boost::asio::dynamic_buffer(answer),
                          [&](boost::beast::error_code, std::size_t) { read = true; });
  depot.run_until([&] { return read; });
  CHECK(answer.starts_with("HTTP/1.1 426 "));
  CHECK(depot.csms.requests.empty());
}

TEST_CASE("messages pass byte for byte in both directions, text as text and binary as binary") {
  Depot depot;
  const auto charger = depot.connected();
  const auto csms = depot.csms.peers.at(0);
  const Lines odd{"[2 ,\"1\",\n\"Heartbeat\", {} ]", "[,]", "", "{\"a\":1e2,\"a\":1.0}", std::string(200'000, 'x'),
                  "[2,\"ü\",\"DataTransfer\",{}]"};
  for (const std::string& message : odd) {
    charger->peer->send(message);
    csms->send(message);
  }
  const std::string binary{"\xff\x00\xfe", 3};
  charger->peer->send(binary, false);
  depot.run_until([&] { return csms->received.size() == 7 && charger->peer->received.size() == 6; });
  CHECK(Lines(csms->received.begin(), csms->received.end() - 1) == odd);
  CHECK(csms->received.back() == binary);
  CHECK(csms->received_as_text.front());
  CHECK_FALSE(csms->received_as_text.back());
  CHECK(charger->peer->received == odd);
}

TEST_CASE("a session goes through the proxy, and its answers wait for the journal") {
  Depot depot;
  const auto charger = depot.connected();
  const auto csms = depot.csms.peers.at(0);
  depot.commits = false;
  charger->peer->send(R"([2,"a","StartTransaction",{"connectorId":1,"idTag":"X","meterStart":0,"timestamp":""}])");
  depot.run_until([&] { return csms->received.size() == 1; });
  csms->send(R"([3,"a",{"transactionId":1,"idTagInfo":{"status":"Accepted"}}])");
  csms->send(R"([2,"b","Reset",{"type":"Soft"}])");
  depot.run_until([&] { return depot.sessions->counters().from_upstream == 2; });
  depot.io.poll();
  CHECK(charger->peer->received.empty());
  CHECK(depot.events == Lines{"charger.connected", "session.started"});
  depot.step(EntryDurable{depot.tokens.at(0)});
  depot.run_until([&] { return charger->peer->received.size() == 2; });
  CHECK(charger->peer->received[0].starts_with("[3,\"a\""));
}

TEST_CASE("closes are mirrored with their code; a lost connection too") {
  SUBCASE("charger") {
    Depot depot;
    const auto charger = depot.connected();
    charger->peer->close(1000);
    depot.run_until([&] { return depot.csms.peers.at(0)->closed.has_value(); });
    CHECK(depot.csms.peers.at(0)->closed == 1000);
  }
  SUBCASE("CSMS") {
    Depot depot;
    const auto charger = depot.connected();
    depot.csms.peers.at(0)->close(1012);
    depot.run_until([&] { return charger->peer->closed.has_value(); });
    CHECK(charger->peer->closed == 1012);
  }
  SUBCASE("CSMS without a word") {
    Depot depot;
    const auto charger = depot.connected();
    depot.csms.peers.at(0)->hang_up();
    depot.run_until([&] { return charger->peer->closed.has_value(); });
    CHECK(charger->peer->closed == 1001);
    CHECK(depot.events == Lines{"charger.connected", "charger.disconnected"});
  }
}

TEST_CASE("the same charger again takes the place of the old one") {
  Depot depot;
  const auto old = depot.connected();
  const auto fresh = depot.connected();
  depot.run_until([&] { return old->peer->closed.has_value() && depot.csms.peers.at(0)->closed.has_value(); });
  CHECK(old->peer->closed == 1000);
  fresh->peer->send("[2,\"1\",\"Heartbeat\",{}]");
  depot.run_until([&] { return depot.csms.peers.at(1)->received.size() == 1; });
  CHECK(depot.sessions->connected_chargers() == 1);
}

TEST_CASE("a message above the limit closes with 1009 and is counted") {
  Depot depot{{}, 1000};
  const auto charger = depot.connected();
  charger->peer->send(std::string(1000, 'x'));
  charger->peer->send(std::string(1001, 'x'));
  depot.run_until([&] { return charger->peer->closed.has_value() && depot.csms.peers.at(0)->closed.has_value(); });
  CHECK(charger->peer->closed == 1009);
  CHECK(depot.csms.peers.at(0)->closed == 1009);
  CHECK(depot.csms.peers.at(0)->received.size() == 1);
  CHECK(depot.sessions->counters().oversize == 1);
}

TEST_CASE("a CSMS that does not read stops the charger, not the gateway's memory; afterwards all arrives in order") {
  Depot depot;
  const auto charger = depot.connected();
  const auto csms = depot.csms.peers.at(0);
  csms->keep_reading = false;
  constexpr std::size_t count = 300;
  for (std::size_t i = 0; i < count; ++i) charger->peer->send(std::to_string(i) + std::string(100'000, ' '));
  // The kernel's buffers take some; then nothing moves any more although the charger has more to say.
  std::uint64_t seen = 0;
  auto last_change = std::chrono::steady_clock::now();
  while (std::chrono::steady_clock::now() - last_change < std::chrono::milliseconds{300}) {
    depot.io.restart();
    depot.io.run_one_for(std::chrono::milliseconds{10});
    const auto relayed = depot.sessions->counters().from_charger;
    if (relayed != seen) last_change = std::chrono::steady_clock::now();
    seen = relayed;
  }
  CHECK(seen < count);
  csms->keep_reading = true;
  csms->read();
  depot.run_until([&] { return csms->received.size() == count; });
  for (std::size_t i = 0; i < count; ++i) CHECK(csms->received[i].starts_with(std::to_string(i) + " "));
}

TEST_CASE("an idle charger is pinged; one that answers stays") {
  WebSocketOptions options;
  options.idle_ping = seconds{1};
  Depot depot{options};
  const auto charger = depot.connected();
  depot.run_until([&] { return charger->peer->pongs >= 2; });
  CHECK_FALSE(charger->peer->closed.has_value());
}

TEST_CASE("a peer that never answers a close is dropped after the close timeout") {
  WebSocketOptions options;
  options.close_timeout = seconds{1};
  Depot depot{options};
  const auto charger = depot.connected();
  depot.csms.peers.at(0)->keep_reading = false;
  charger->peer->send("[2,\"1\",\"Heartbeat\",{}]");  // the one read under way takes it, then the CSMS is deaf
  depot.run_until([&] { return depot.csms.peers.at(0)->received.size() == 1; });
  const auto before = std::chrono::steady_clock::now();
  charger->peer->hang_up();
  depot.run_until([&] { return depot.gone.size() == 2; });
  CHECK(depot.gone == std::vector<Side>{Side::charger, Side::upstream});
  CHECK(std::chrono::steady_clock::now() - before >= std::chrono::milliseconds{900});
}

TEST_CASE("a gate that stops lets its sockets say goodbye") {
  Depot depot;
  const auto charger = depot.connected();
  depot.step(Stop{});
  depot.gate->stop();
  depot.run_until([&] { return charger->peer->closed.has_value() && depot.csms.peers.at(0)->closed.has_value(); });
  CHECK(charger->peer->closed == 1001);
  CHECK(depot.csms.peers.at(0)->closed == 1001);
}

TEST_CASE("an address that is not ours is an error in words") {
  boost::asio::io_context io;
  OcppConfig config;
  config.listeners = {{"chargers", "203.0.113.1", 9000, Security::none}};
  const auto gate = Gate::open(io, config, [](Input) {});
  REQUIRE(gate.has_error());
  CHECK(gate.error().code == "listen");
  CHECK(gate.error().message.find("203.0.113.1:9000") != std::string::npos);
}

}  // namespace chargehook::ocpp::io::test
