#include "mqtt/io/paho_subscriber.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>

#include "fakes/longest_wait.hpp"
#include "mosquitto.hpp"
#include "scripted_broker.hpp"

namespace chargehook::mqtt::io {
namespace {

using namespace std::chrono_literals;

BrokerConfig broker_at(std::uint16_t port, Acknowledge acknowledge = Acknowledge::queued) {
  BrokerConfig out;
  out.name = "local";
  out.host = "127.0.0.1";
  out.port = port;
  out.client_id = "chargehook-test";
  TopicConfig topic;
  topic.topic = TopicPattern::parse("terminal/<terminal>/payment").value();
  topic.acknowledge = acknowledge;
  topic.event = EventMapping{};
  out.topics = {topic};
  return out;
}

using fakes::longest_wait;

SubscriberLimits quick() {
  SubscriberLimits out;
  out.retry = {20ms, 100ms};
  out.durable_wait = longest_wait;
  return out;
}

/// A subscriber, and everything it handed over.
class Running {
 public:
  explicit Running(BrokerConfig config, SubscriberLimits limits = quick())
      : subscriber_(std::move(config),
                    {[this] { note([this] { ++wakes; }); },
                     [this](Message message, Ticket ticket) {
                       note([&] { durable.emplace_back(std::move(message), ticket); });
                       if (releases_at_once) subscriber_.release(ticket);
                     },
                     [this](bool is_connected, std::string text) {
                       note([&] { changes.emplace_back(is_connected, std::move(text)); });
                     }},
                    limits) {}

  template <class Condition>
  bool until(Condition is_so) {
    std::unique_lock guard{mutex_};
    const auto end = std::chrono::steady_clock::now() + longest_wait;
    while (!is_so()) {
      if (std::chrono::steady_clock::now() > end) return false;
      changed_.wait_for(guard, 10ms);  // counters change without a call
    }
    return true;
  }
  /// The one topic, anew with each connection: what is published from then on comes, and comes once.
  bool until_subscribed(std::uint64_t times) {
    return until([&] { return subscriber_.status().taken_topics >= times; });
  }
  bool until_received(std::uint64_t count) {
    return until([&] { return subscriber_.status().received >= count; });
  }
  PahoSubscriber& subscriber() { return subscriber_; }

  std::atomic<bool> releases_at_once = false;
  int wakes = 0;
  std::vector<std::pair<Message, Ticket>> durable;
  std::vector<std::pair<bool, std::string>> changes;

 private:
  template <class Action>
  void note(Action action) {
    {
      const std::lock_guard guard{mutex_};
      action();
    }
    changed_.notify_all();
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  PahoSubscriber subscriber_;  // last: its threads use what is above
};

void publish(Publisher& publisher, const std::string& payload) { publisher.publish("terminal/T-1/payment", payload); }

TEST_CASE("a broker that comes later than we do is found, and its messages come") {
  Mosquitto broker;
  Running running(broker_at(broker.port()));
  REQUIRE(running.until([&] { return running.subscriber().status().connect_failed >= 2; }));
  broker.start();
  REQUIRE(running.until_subscribed(1));
  Publisher publisher(broker.port());
  publish(publisher, "{\"a\":1}");
  REQUIRE(running.until([&] { return running.wakes == 1; }));
  const auto messages = running.subscriber().take(100);
  REQUIRE(messages.size() == 1);
  CHECK(messages[0].topic == "terminal/T-1/payment");
  CHECK(messages[0].payload == "{\"a\":1}");
  CHECK_FALSE(messages[0].is_retained);
  running.subscriber().stop();
  REQUIRE(running.changes.size() == 2);  // one sentence for all failures, one for the success
  CHECK(running.changes[0].second.starts_with("broker local: not connected to 127.0.0.1 port "));
  CHECK(running.changes[1].second == "broker local: connected to 127.0.0.1 port " + std::to_string(broker.port()));
}

TEST_CASE("a broker that starts anew is subscribed to anew") {
  Mosquitto broker;
  broker.start();
  Running running(broker_at(broker.port()));
  REQUIRE(running.until_subscribed(1));
  {
    Publisher publisher(broker.port());
    publish(publisher, "before");
    REQUIRE(running.until([&] { return running.wakes == 1; }));
  }
  broker.kill();
  REQUIRE(running.until([&] { return !running.changes.back().first; }));
  CHECK(running.subscriber().take(1000).front().payload == "before");
  broker.start();
  REQUIRE(running.until_subscribed(2));
  Publisher publisher(broker.port());
  publish(publisher, "after");
  REQUIRE(running.until([&] { return running.wakes == 2; }));
  CHECK(running.subscriber().take(1000).front().payload == "after");
}

TEST_CASE("a durable message is acknowledged when it is released, and not before") {
  ScriptedBroker broker("terminal/T-1/payment", "paid");
  Running running(broker_at(broker.port(), Acknowledge::durable));
  REQUIRE(running.until([&] { return running.durable.size() == 1; }));
  CHECK(running.durable[0].first.payload == "paid");
  CHECK_FALSE(broker.is_acknowledged(300ms));
  // Asked while it waits, and by the very thread that is to release it.
  CHECK(running.until([&] { return running.subscriber().status().is_connected; }));
  running.subscriber().release(running.durable[0].second);
  CHECK(broker.is_acknowledged(longest_wait));
  CHECK(running.subscriber().status().durable_timeouts == 0);
  CHECK(running.subscriber().status().blocked >= 300ms);
}

TEST_CASE("a durable message nobody releases holds up the others for its time only, and is counted") {
  ScriptedBroker broker("terminal/T-1/payment", "paid");
  SubscriberLimits limits = quick();
  limits.durable_wait = 100ms;
  Running running(broker_at(broker.port(), Acknowledge::durable), limits);
  CHECK(broker.is_acknowledged(longest_wait));
  CHECK(running.until([&] { return running.subscriber().status().durable_timeouts == 1; }));
  running.subscriber().release(running.durable.at(0).second);  // too late: nothing happens
}

TEST_CASE("the broker keeps the session only for durable topics") {
  constexpr unsigned clean_start = 2;
  ScriptedBroker for_durable("terminal/T-1/payment", "x");
  ScriptedBroker for_queued("terminal/T-1/payment", "x");
  Running durable(broker_at(for_durable.port(), Acknowledge::durable));
  Running queued(broker_at(for_queued.port(), Acknowledge::queued));
  REQUIRE(durable.until([&] { return durable.durable.size() == 1; }));
  durable.subscriber().release(durable.durable[0].second);  // until then, no broker is heard
  REQUIRE(queued.until_received(1));
  CHECK((for_durable.connect_flags() & clean_start) == 0);
  CHECK((for_queued.connect_flags() & clean_start) == clean_start);
}

TEST_CASE("what is published while we are away waits at the broker") {
  Mosquitto broker;
  broker.start();
  {
    Running first(broker_at(broker.port(), Acknowledge::durable));
    first.releases_at_once = true;  // the publisher is in this process: it is deaf while a callback waits
    REQUIRE(first.until_subscribed(1));
    Publisher publisher(broker.port());
    publish(publisher, "one");
    REQUIRE(first.until([&] { return first.durable.size() == 1; }));
  }
  Publisher publisher(broker.port());
  publisher.publish("terminal/T-1/payment", "two");  // nobody is there
  Running second(broker_at(broker.port(), Acknowledge::durable));
  REQUIRE(second.until([&] { return second.durable.size() == 1; }));
  CHECK(second.durable[0].first.payload == "two");
  second.subscriber().release(second.durable[0].second);
}

TEST_CASE("a full ring drops the oldest and counts them") {
  Mosquitto broker;
  broker.start();
  SubscriberLimits limits = quick();
  limits.queue = 10;
  Running running(broker_at(broker.port()), limits);
  REQUIRE(running.until_subscribed(1));
  Publisher publisher(broker.port());
  for (int i = 0; i < 50; ++i) publish(publisher, std::to_string(i));
  REQUIRE(running.until([&] { return running.subscriber().status().dropped == 40; }));
  const auto messages = running.subscriber().take(7);
  REQUIRE(messages.size() == 7);
  CHECK(messages.front().payload == "40");
  CHECK(running.subscriber().take(100).size() == 3);
}

TEST_CASE("what the broker kept is marked so") {
  Mosquitto broker;
  broker.start();
  Running first(broker_at(broker.port()));
  REQUIRE(first.until_subscribed(1));
  Publisher publisher(broker.port());
  publisher.publish("terminal/T-2/payment", "kept", true);
  BrokerConfig config = broker_at(broker.port());
  config.client_id = "another";
  Running second(config);
  REQUIRE(second.until_received(1));
  REQUIRE(second.until([&] { return second.wakes == 1; }));
  CHECK(second.subscriber().take(1).at(0).is_retained);
}

TEST_CASE("a broker that does not let us in is told with its reason, one that does not let us subscribe is counted") {
  Mosquitto closed("allow_anonymous false\n");
  closed.start();
  Running refused(broker_at(closed.port()));
  REQUIRE(refused.until([&] { return refused.subscriber().status().last_error.ends_with("code 135"); }));
  CHECK(refused.subscriber().status().connected == 0);

  ScriptedBroker partly("terminal/T-1/payment", "x", {0x87});
  Running running(broker_at(partly.port()));
  CHECK(running.until([&] { return running.subscriber().status().refused_topics == 1; }));
  CHECK(running.subscriber().status().taken_topics == 0);
}

TEST_CASE("a topic that the broker refused is asked for again, until it lets us") {
  ScriptedBroker broker("terminal/T-1/payment", "x", {0x87, 0x87, 1});
  SubscriberLimits limits = quick();
  limits.ask_again_after = 1ms;
  Running running(broker_at(broker.port()), limits);
  REQUIRE(running.until_subscribed(1));
  CHECK(running.subscriber().status().refused_topics == 0);
  CHECK(running.subscriber().status().connected == 1);
}

TEST_CASE("stopping waits for no broker and no pause when nothing has to be stored") {
  SubscriberLimits patient;
  patient.durable_wait = 24h;
  patient.retry = {24h, 24h};
  const PortHolder nobody_listens;
  Running running(broker_at(nobody_listens.port()), patient);
  REQUIRE(running.until([&] { return running.subscriber().status().connect_failed == 1; }));
  running.subscriber().stop();
  CHECK(running.subscriber().status().connected == 0);
}

}  // namespace
}  // namespace chargehook::mqtt::io
