// MQTT messages per second, from a broker to readings in the hands of the core's thread, as main puts it together:
// subscriber, ring, topic map, decoder. Beside a bare Paho client that counts what comes. In turns, with the same
// broker, publisher, payloads and protocol. mqtt_bench.py starts the broker and calls this.
//
//   mqtt.qos0, mqtt.qos1           messages/s through, published as fast as the broker takes them
//   mqtt.qos0.cpu, mqtt.qos1.cpu   processor time per message of this process, the publisher left out
//   mqtt.qos0.dropped, …           in all rounds, from our ring, which keeps the newest 10,000: not counted as through
//
//   bench_mqtt PORT [rounds [messages of a round]]
#include <mqtt/async_client.h>
#include <time.h>

#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <cstdlib>
#include <string>
#include <thread>

#include "figures.hpp"
#include "mqtt/io/paho_subscriber.hpp"
#include "mqtt/topic_map.hpp"
#include "mqtt_publisher.hpp"

namespace chargehook {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t messages_in_a_row = 256;
constexpr const char* topic_text = "depot/CP-07/telemetry";

/// As a charger's controller sends it.
std::string payload_of(int number) {
  return R"({"ts":"2026-03-04T10:15:30Z","temp":)" + std::to_string(20 + number % 40) + R"(.5,"p":)" +
         std::to_string(number % 150) + R"(.25,"state":"charging","firmware":"1.4.2","seq":)" + std::to_string(number) +
         "}";
}

mqtt::ReadingMapping reading(const mqtt::TopicPattern& topic, const char* signal, const char* pointer,
                             const char* unit) {
  return {model::find_signal(signal).value(), mqtt::TextTemplate::parse("charger/<charger>", topic.captures()).value(),
          mqtt::JsonPath::parse(pointer).value(), model::find_unit(unit)};
}

/// Events are subscribed to with quality 1; the one mapped here never happens.
mqtt::BrokerConfig broker_config(std::uint16_t port, int quality) {
  mqtt::TopicConfig topic;
  topic.topic = mqtt::TopicPattern::parse("depot/<charger>/telemetry").value();
  topic.readings = {reading(topic.topic, "charger.temperature", "/temp", "degC"),
                    reading(topic.topic, "charger.power", "/p", "kW")};
  if (quality == 1) {
    mqtt::EventMapping event;
    event.type = model::find_event_type("session.ended");
    event.only_if = {{mqtt::JsonPath::parse("/state").value(), true, std::string{"ended"}}};
    event.subject = mqtt::TextTemplate::parse("charger/<charger>", topic.topic.captures()).value();
    event.id = mqtt::JsonPath::parse("/seq").value();
    topic.event = std::move(event);
  }
  mqtt::BrokerConfig out;
  out.name = "bench";
  out.host = "127.0.0.1";
  out.port = port;
  out.client_id = "bench-ours";
  out.topics = {std::move(topic)};
  return out;
}

/// What the product does between the broker and the core.
class Ours {
 public:
  Ours(std::uint16_t port, int quality)
      : config_(broker_config(port, quality)),
        topics_(config_.topics),
        core_([this] { io_.run(); }),
        subscriber_(config_, {[this] { boost::asio::post(io_, [this] { fetch(); }); },
                              [](mqtt::io::Message, mqtt::io::Ticket) {}, [](bool, const std::string&) {}}) {}
  ~Ours() {
    subscriber_.stop();
    work_.reset();
    core_.join();
  }
  Ours(const Ours&) = delete;
  Ours& operator=(const Ours&) = delete;

  [[nodiscard]] int received() const { return static_cast<int>(subscriber_.status().received); }
  [[nodiscard]] int dropped() const { return static_cast<int>(subscriber_.status().dropped); }
  [[nodiscard]] int done() const { return through_.load(std::memory_order_acquire) + dropped(); }

 private:
  void fetch() {
    const auto messages = subscriber_.take(messages_in_a_row);
    std::vector<model::Reading> readings;
    for (const auto& message : messages) {
      auto decoded = topics_.take(message.topic, message.payload, {clocks(), message.is_retained}, site_);
      CHARGEHOOK_ASSERT(decoded && decoded.value().readings.size() == 2);
      std::ranges::move(decoded.value().readings, std::back_inserter(readings));
    }
    readings_ += readings.size();
    through_.fetch_add(static_cast<int>(messages.size()), std::memory_order_release);
    if (messages.size() == messages_in_a_row) boost::asio::post(io_, [this] { fetch(); });
  }

  /// Two clocks are read for each message, as runtime::read_clocks does.
  static model::Now clocks() {
    timespec boot{};
    ::clock_gettime(CLOCK_BOOTTIME, &boot);
    return {model::WallTime{std::chrono::system_clock::now().time_since_epoch()},
            model::BootTime{std::chrono::seconds{boot.tv_sec} + std::chrono::nanoseconds{boot.tv_nsec}},
            model::TimeQuality::synced};
  }

  mqtt::BrokerConfig config_;
  model::Site site_;
  mqtt::TopicMap topics_;
  std::uint64_t readings_ = 0;
  std::atomic<int> through_ = 0;
  boost::asio::io_context io_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{io_.get_executor()};
  std::thread core_;
  mqtt::io::PahoSubscriber subscriber_;
};

/// The least that a program can do with Paho.
class Bare {
 public:
  Bare(std::uint16_t port, int quality)
      : client_("tcp://127.0.0.1:" + std::to_string(port), "bench-bare", ::mqtt::create_options(MQTTVERSION_5),
                nullptr) {
    client_.set_message_callback(
        [this](const ::mqtt::const_message_ptr&) { received_.fetch_add(1, std::memory_order_release); });
    ::mqtt::connect_options options;
    options.set_mqtt_version(MQTTVERSION_5);
    options.set_clean_start(true);
    client_.connect(options)->wait();
    client_.subscribe("depot/+/telemetry", quality)->wait();
  }
  ~Bare() { client_.disconnect()->wait_for(2s); }
  Bare(const Bare&) = delete;
  Bare& operator=(const Bare&) = delete;

  [[nodiscard]] int received() const { return received_.load(std::memory_order_acquire); }
  [[nodiscard]] int dropped() const { return 0; }
  [[nodiscard]] int done() const { return received(); }

 private:
  std::atomic<int> received_ = 0;
  ::mqtt::async_client client_;
};

struct Cost {
  double per_second = 0;
  double cpu_us = 0;
  double dropped = 0;
};

double thread_cpu_seconds() {
  timespec used{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
  return static_cast<double>(used.tv_sec) + 1e-9 * static_cast<double>(used.tv_nsec);
}

/// Nobody says when a subscription has taken effect.
template <class Subscriber>
void warm_up(bench::MqttPublisher& publisher, const Subscriber& subscriber) {
  while (subscriber.received() == 0) {
    publisher.publish(topic_text, 1, payload_of);
    std::this_thread::sleep_for(20ms);
  }
  int before = -1;
  while (std::exchange(before, subscriber.done()) != subscriber.done()) std::this_thread::sleep_for(100ms);
}

template <class Subscriber>
Cost run(std::uint16_t port, int quality, int messages) {
  Subscriber subscriber(port, quality);
  bench::MqttPublisher publisher(port, quality);
  warm_up(publisher, subscriber);
  const int before = subscriber.done();
  const double cpu = bench::cpu_seconds();
  double publisher_cpu = 0;
  Cost out;
  const double per_second = bench::per_second(messages, [&] {
    std::thread publishing{[&] {
      publisher.publish(topic_text, messages, payload_of);
      publisher_cpu = thread_cpu_seconds();
    }};
    while (subscriber.done() < before + messages) std::this_thread::sleep_for(5ms);
    publishing.join();
  });
  out.dropped = subscriber.dropped();
  out.per_second = per_second * (messages - out.dropped) / messages;
  out.cpu_us = (bench::cpu_seconds() - cpu - publisher_cpu) * 1e6 / messages;
  return out;
}

void measure(std::uint16_t port, int quality, int rounds, int messages) {
  bench::Pairs rate;
  bench::Pairs cpu;
  double dropped = 0;
  for (int round = 0; round < rounds; ++round) {
    Cost ours;
    Cost bare;
    const auto run_ours = [&] {
      ours = run<Ours>(port, quality, messages);
      return ours.per_second;
    };
    const auto run_bare = [&] {
      bare = run<Bare>(port, quality, messages);
      return bare.per_second;
    };
    rate.measure(run_ours, run_bare);
    cpu.add(ours.cpu_us, bare.cpu_us);
    dropped += ours.dropped;
  }
  const std::string name = "mqtt.qos" + std::to_string(quality);
  rate.print(name, "messages/s", ">=0.9");
  cpu.print(name + ".cpu", "us/message", "-");
  std::printf("%-34s %10.0f %-12s %10.0f %6s  %s\n", (name + ".dropped").c_str(), dropped, "messages", 0.0, "-", "0");
}

}  // namespace
}  // namespace chargehook

int main(int argc, char** argv) {
  if (argc < 2) return std::puts("usage: bench_mqtt PORT [rounds [messages]]"), 2;
  const auto port = static_cast<std::uint16_t>(std::atoi(argv[1]));
  const int rounds = argc > 2 ? std::atoi(argv[2]) : 7;
  const int messages = argc > 3 ? std::atoi(argv[3]) : 100'000;
  chargehook::bench::print_heading();
  for (const int quality : {0, 1}) chargehook::measure(port, quality, rounds, messages);
  return 0;
}
