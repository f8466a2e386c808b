#include "mqtt/io/paho_subscriber.hpp"

#include <mqtt/async_client.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "mqtt/io/subscriptions.hpp"
#include "mqtt/topic_map.hpp"

namespace chargehook::mqtt::io {
namespace {

using std::chrono::milliseconds;
namespace paho = ::mqtt;

constexpr std::chrono::seconds connect_timeout{5};
constexpr std::chrono::seconds keep_alive{20};
constexpr milliseconds look_interval{500};  ///< some brokers' goodbyes call no handler: look now and then
constexpr milliseconds slice{50};           ///< of waits that have to see `stop`
constexpr int packet_bytes_max = 96 * 1024;
constexpr int unacknowledged_max = 64;
constexpr int session_seconds = 7 * 24 * 3600;  ///< how long the broker keeps what is not acknowledged
constexpr const char* trusted = "/etc/ssl/certs/ca-certificates.crt";

/// Held while a client is made or ended: with the last client Paho stops its threads, and a client that is made or
/// ended meanwhile finds them half gone. Source: eclipse-paho/paho.mqtt.c, pull request 1124, issue 700.
std::mutex clients_change;

std::string address_of(const BrokerConfig& config) {
  const std::string host = config.host.find(':') == std::string::npos ? config.host : "[" + config.host + "]";
  return std::string(config.tls ? "ssl://" : "tcp://") + host + ":" + std::to_string(config.port);
}

/// The reason of the broker, or the return code: the texts differ between versions of the library.
std::string reason_of(const paho::exception& error) {
  const int reason = error.get_reason_code();
  return "code " + std::to_string(reason != 0 ? reason : error.get_return_code());
}

}  // namespace

struct PahoSubscriber::Impl {
  const BrokerConfig config;
  const Handlers handlers;
  const SubscriberLimits limits;
  const bool has_durable_topics;
  MessageRing ring;
  Tickets tickets;
  Subscriptions subscriptions;
  std::atomic<std::uint64_t> received = 0;
  mutable std::mutex mutex;  ///< never held while Paho is called
  std::condition_variable changed;
  SubscriberStatus counted;       // guarded by mutex
  std::string tls_error;          // guarded by mutex
  std::optional<bool> last_said;  // guarded by mutex
  bool stopping = false;          // guarded by mutex
  /// Made on our own thread: that waits for Paho's one lock, too. Behind what its callbacks use: its end still calls
  /// them.
  std::optional<paho::async_client> client;
  std::thread thread;

  Impl(BrokerConfig given, Handlers with, SubscriberLimits at_most)
      : config(std::move(given)),
        handlers(std::move(with)),
        limits(at_most),
        has_durable_topics(config.has_durable_topics()),
        ring({limits.queue, limits.queue_bytes}),
        subscriptions(config.topics, limits.ask_again_after) {}

  /// An exception that leaves a callback ends the process.
  template <class Action>
  void guarded(Action action) {
    try {
      action();
    } catch (const std::exception& error) {
      fail(error.what());
    } catch (...) {
      fail("an unknown exception");
    }
  }

  void fail(std::string what) {
    const std::lock_guard guard{mutex};
    counted.last_error = std::move(what);
  }

  void say(bool is_connected, const std::string& text) {
    {
      const std::lock_guard guard{mutex};
      if (!is_connected) counted.last_error = text;
      if (last_said == is_connected) return;
      last_said = is_connected;
    }
    handlers.changed(is_connected, "broker " + config.name + ": " + text);
  }

  // on Paho's threads

  void lost() {
    {
      const std::lock_guard guard{mutex};
      counted.is_connected = false;
    }
    say(false, "connection lost");
    changed.notify_all();
  }

  void take_message(const paho::message& message) {
    received.fetch_add(1, std::memory_order_relaxed);
    Message out{message.get_topic(), message.get_payload_str(), message.is_retained()};
    if (is_durable(out.topic)) return hold(std::move(out));
    if (ring.push(std::move(out))) handlers.waiting();
  }

  [[nodiscard]] bool is_durable(const std::string& name) const {
    if (!has_durable_topics) return false;
    const TopicConfig* topic = find_topic(config.topics, name);
    return topic != nullptr && topic->acknowledge == Acknowledge::durable;
  }

  void hold(Message message) {
    const auto begun = std::chrono::steady_clock::now();
    const Ticket ticket = tickets.open();
    handlers.durable(std::move(message), ticket);
    const bool is_stored = tickets.wait(ticket, limits.durable_wait);
    const std::lock_guard guard{mutex};
    counted.blocked += std::chrono::steady_clock::now() - begun;
    if (!is_stored) ++counted.durable_timeouts;
  }

  // on our own thread

  [[nodiscard]] paho::connect_options connect_options() {
    paho::connect_options options;
    options.set_mqtt_version(MQTTVERSION_5);
    options.set_clean_start(!has_durable_topics);
    paho::properties properties;
    properties.add({paho::property::MAXIMUM_PACKET_SIZE, packet_bytes_max});
    properties.add({paho::property::RECEIVE_MAXIMUM, unacknowledged_max});
    if (has_durable_topics) properties.add({paho::property::SESSION_EXPIRY_INTERVAL, session_seconds});
    options.set_properties(std::move(properties));
    options.set_connect_timeout(connect_timeout);
    options.set_keep_alive_interval(keep_alive);
    if (!config.user.empty()) {
      options.set_user_name(config.user);
      options.set_password(config.password);
    }
    if (config.tls) options.set_ssl(tls_options());
    return options;
  }

  [[nodiscard]] paho::ssl_options tls_options() {
    paho::ssl_options options;
    options.set_trust_store(trusted);
    options.set_enable_server_cert_auth(true);
    options.set_verify(true);  // without it a certificate for another host is taken
    options.set_error_handler([this](const std::string& text) {
      const std::lock_guard guard{mutex};
      tls_error = text;
    });
    return options;
  }

  /// Empty if connected, else why not.
  [[nodiscard]] std::string connect() {
    try {
      const auto token = client->connect(connect_options());
      const auto end = std::chrono::steady_clock::now() + 2 * connect_timeout;
      while (!token->wait_for(slice)) {
        if (is_stopping()) return "stopped";
        if (std::chrono::steady_clock::now() > end) return "no answer";
      }
      return {};
    } catch (const paho::exception& error) {
      const std::lock_guard guard{mutex};
      return tls_error.empty() ? reason_of(error) : std::exchange(tls_error, {});
    } catch (const std::exception& error) {
      return error.what();
    }
  }

  /// @return after how many failures in a row
  int connect_again(int failures) {
    const std::string reason = connect();
    {
      const std::lock_guard guard{mutex};
      ++(reason.empty() ? counted.connected : counted.connect_failed);
      counted.is_connected = reason.empty();
    }
    const std::string where = config.host + " port " + std::to_string(config.port);
    if (reason.empty()) {
      say(true, "connected to " + where);
      return 0;
    }
    if (!is_stopping()) say(false, "not connected to " + where + ": " + reason);
    return failures + 1;
  }

  void make_client() {
    const std::lock_guard guard{clients_change};
    client.emplace(address_of(config), config.client_id, paho::create_options(MQTTVERSION_5), nullptr);
    client->set_connected_handler(
        [this](const std::string&) { guarded([this] { subscriptions.ask_for_all(*client); }); });
    client->set_connection_lost_handler([this](const std::string&) { guarded([this] { lost(); }); });
    client->set_message_callback([this](paho::const_message_ptr message) { guarded([&] { take_message(*message); }); });
  }

  void run() {
    guarded([this] { make_client(); });
    if (!client) return say(false, "the client cannot be made");
    int failures = 0;
    while (!is_stopping()) {
      if (look()) {
        guarded([this] { subscriptions.ask_again(*client); });
        pause(std::min(look_interval, limits.ask_again_after));
        continue;
      }
      say_if_was_connected();
      failures = connect_again(failures);
      if (failures > 0) pause(limits.retry.pause(failures));
    }
  }

  /// Only here: the call waits for Paho's one lock, which a waiting callback holds.
  [[nodiscard]] bool look() {
    const bool is_connected = client->is_connected();
    const std::lock_guard guard{mutex};
    counted.is_connected = is_connected;
    return is_connected;
  }

  void say_if_was_connected() {
    bool was_connected = false;
    {
      const std::lock_guard guard{mutex};
      was_connected = last_said == true;
    }
    if (was_connected) say(false, "connection lost");
  }

  void pause(milliseconds time) {
    std::unique_lock guard{mutex};
    changed.wait_for(guard, time, [this] { return stopping; });
  }

  [[nodiscard]] bool is_stopping() const {
    const std::lock_guard guard{mutex};
    return stopping;
  }

  void stop() {
    if (!thread.joinable()) return;
    {
      const std::lock_guard guard{mutex};
      stopping = true;
    }
    changed.notify_all();
    thread.join();
    (void)tickets.wait_for_none(limits.durable_wait);
    guarded([this] {
      if (client && client->is_connected()) client->disconnect()->wait_for(std::chrono::seconds{2});
      const std::lock_guard guard{clients_change};
      client.reset();
    });
  }
};

PahoSubscriber::PahoSubscriber(BrokerConfig config, Handlers handlers, SubscriberLimits limits)
    : impl_(std::make_unique<Impl>(std::move(config), std::move(handlers), limits)) {
  impl_->thread = std::thread{[impl = impl_.get()] { impl->run(); }};
}

PahoSubscriber::~PahoSubscriber() { stop(); }

std::vector<Message> PahoSubscriber::take(std::size_t most) { return impl_->ring.take(most); }

void PahoSubscriber::release(Ticket ticket) { impl_->tickets.release(ticket); }

SubscriberStatus PahoSubscriber::status() const {
  SubscriberStatus out;
  {
    const std::lock_guard guard{impl_->mutex};
    out = impl_->counted;
  }
  out.received = impl_->received.load(std::memory_order_relaxed);
  out.dropped = impl_->ring.dropped();
  out.taken_topics = impl_->subscriptions.taken();
  out.refused_topics = impl_->subscriptions.refused();
  return out;
}

void PahoSubscriber::stop() { impl_->stop(); }

}  // namespace chargehook::mqtt::io
