#include "runtime/mqtt_desk.hpp"

#include <doctest/doctest.h>

#include <boost/asio/post.hpp>
#include <deque>

#include "small_depot.hpp"

namespace chargehook::runtime {
namespace {

using namespace std::chrono_literals;
using Texts = std::vector<std::string>;

mqtt::JsonPath path(const char* text) { return mqtt::JsonPath::parse(text).value(); }

/// Payments whose state is "captured", one event each.
mqtt::BrokerConfig broker() {
  mqtt::TopicConfig topic;
  topic.topic = mqtt::TopicPattern::parse("terminal/<terminal>/payment").value();
  topic.acknowledge = mqtt::Acknowledge::durable;
  mqtt::EventMapping event;
  event.type = model::find_event_type("payment.completed");
  event.only_if = {{path("/state"), true, std::string("captured")}};
  event.subject = mqtt::TextTemplate::parse("terminal/<terminal>", topic.topic.captures()).value();
  event.id = path("/reference");
  topic.event = event;
  mqtt::BrokerConfig out;
  out.name = "local";
  out.topics = {topic};
  return out;
}

MqttMessage paid(const std::string& reference, const std::string& state = "captured") {
  return {"terminal/T-1/payment", R"({"reference":")" + reference + R"(","state":")" + state + "\"}", false};
}

/// What stands for the MQTT client: messages that wait, and what it was told to acknowledge.
struct Client {
  std::deque<MqttMessage> ring;
  Texts acknowledged;
};
using ClientPtr = std::shared_ptr<Client>;

struct Desk : SmallDepot {
  Desk() : offers(io, loop, answers, {10'000, 1 << 24, 1ms}), desk(desk_for(client)) {
    loop.start();
    REQUIRE(run_until([&] { return !store.records().empty(); }));  // gateway.started
    io.poll();                                                     // and the core knows
  }

  std::shared_ptr<MqttDesk> desk_for(const ClientPtr& of) {
    auto out = std::make_shared<MqttDesk>(io, loop, offers, broker(), [of]() -> std::optional<MqttMessage> {
      if (of->ring.empty()) return std::nullopt;
      auto oldest = std::move(of->ring.front());
      of->ring.pop_front();
      return oldest;
    });
    out->use(std::make_shared<core::ConfigGeneration>(small_config()));
    return out;
  }
  void durable(const MqttMessage& message, const std::string& ticket) {
    desk->take_durable(message, [weak = std::weak_ptr<Client>{client}, ticket] {
      if (const auto still = weak.lock()) still->acknowledged.push_back(ticket);
    });
  }
  /// The client ends, and another begins.
  void restart() {
    client = std::make_shared<Client>();
    desk = desk_for(client);
  }
  /// Also after what makes room has gone.
  void disk_is_full() {
    REQUIRE(run_until([&] {
      refuse_entries();
      return offers.counters().put_off > 0;
    }));
  }
  [[nodiscard]] std::size_t payments() const {
    return static_cast<std::size_t>(std::ranges::count_if(
        store.records(), [](const auto& record) { return record->event.type == "payment.completed"; }));
  }

  ClientPtr client = std::make_shared<Client>();
  DurableOffers offers;
  std::shared_ptr<MqttDesk> desk;
};

TEST_CASE("a durable message is acknowledged after the commit of its event and not before") {
  Desk desk;
  desk.disk_works = false;
  desk.durable(paid("R-1"), "7");
  REQUIRE(desk.waiting_commit);
  CHECK(desk.client->acknowledged.empty());
  desk.disk();
  REQUIRE(desk.run_until([&] { return !desk.client->acknowledged.empty(); }));
  CHECK(desk.client->acknowledged == Texts{"7"});
  CHECK(desk.payments() == 1);
}

TEST_CASE("a durable message of which nothing has to be kept is acknowledged at once and counted") {
  const std::vector<std::pair<MqttMessage, std::uint64_t>> cases{
      {paid("R-1", "begun"), 0}, {{"terminal/T-1/payment", "no json", false}, 1}, {paid(""), 1}};
  for (const auto& [message, refused] : cases) {
    CAPTURE(message.payload);
    Desk desk;
    desk.durable(message, "7");
    CHECK(desk.client->acknowledged == Texts{"7"});
    CHECK(desk.desk->topics().status().front().refused == refused);
    CHECK(desk.payments() == 0);
  }
}

TEST_CASE("an event that was refused for the moment is stored though its client has ended, and told to no other") {
  Desk desk;
  desk.disk_works = false;
  desk.durable(paid("R-1"), "old 1");
  desk.disk_is_full();
  const auto old = desk.client;
  desk.restart();
  desk.durable(paid("R-2"), "new 1");
  desk.disk_works = true;
  desk.disk();
  REQUIRE(desk.run_until([&] { return desk.offers.waiting() == 0; }));
  CHECK(desk.payments() == 2);
  CHECK(old->acknowledged == Texts{"old 1"});
  CHECK(desk.client->acknowledged == Texts{"new 1"});
}

TEST_CASE("a message that comes again at the next client is stored once and acknowledged to that client once") {
  Desk desk;
  desk.disk_works = false;
  desk.durable(paid("R-1"), "old 1");
  desk.restart();
  desk.durable(paid("R-1"), "new 1");
  desk.disk();
  REQUIRE(desk.run_until([&] { return !desk.client->acknowledged.empty(); }));
  CHECK(desk.offers.waiting() == 0);
  CHECK(desk.client->acknowledged == Texts{"new 1"});
  CHECK(desk.payments() == 1);
}

TEST_CASE("a flood of messages is read in turns, bounded in number and in bytes") {
  const std::string large = std::string(32 * 1024, ' ') + paid("R").payload;
  const std::vector<std::pair<MqttMessage, std::size_t>> cases{{paid("R"), 256},
                                                               {{"terminal/T-1/payment", large, false}, 8}};
  for (const auto& [message, in_a_row] : cases) {
    CAPTURE(message.payload.size());
    Desk desk;
    for (int i = 0; i < 1000; ++i) desk.client->ring.push_back(message);
    desk.desk->fetch();
    CHECK(desk.client->ring.size() == 1000 - in_a_row);
    desk.desk->fetch();  // a turn is on its way already
    CHECK(desk.client->ring.size() == 1000 - in_a_row);
    std::size_t left_at_our_turn = 0;
    boost::asio::post(desk.io, [&] { left_at_our_turn = desk.client->ring.size(); });
    REQUIRE(desk.run_until([&] { return desk.client->ring.empty(); }));
    CHECK(left_at_our_turn == 1000 - 2 * in_a_row);
    CHECK(desk.desk->topics().status().front().messages == 1000);
  }
}

TEST_CASE("what a client had received is read to the last message when it ends") {
  Desk desk;
  for (int i = 0; i < 1000; ++i) desk.client->ring.push_back(paid(std::to_string(i)));
  desk.desk->fetch_rest();
  REQUIRE(desk.run_until([&] { return desk.payments() == 1000; }));
}

TEST_CASE("a desk may go while a turn is on its way") {
  Desk desk;
  for (int i = 0; i < 1000; ++i) desk.client->ring.push_back(paid(std::to_string(i)));
  desk.desk->fetch();
  const auto left = desk.client->ring.size();
  desk.desk.reset();
  bool ours = false;
  boost::asio::post(desk.io, [&] { ours = true; });
  REQUIRE(desk.run_until([&] { return ours; }));
  CHECK(desk.client->ring.size() == left);
}

}  // namespace
}  // namespace chargehook::runtime
