#include "field_adapters.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <iterator>

#include "runtime/log.hpp"
#include "runtime/system_clock.hpp"

namespace chargehook {

using namespace std::chrono_literals;
using core::LogLevel;
using runtime::log;

namespace {

/// Messages decoded in one turn; sockets and timers come between turns.
constexpr std::size_t messages_in_a_row = 256;

/// A durable message that the journal refused is offered again after this long, until it is taken.
constexpr auto offer_again_after = 1s;

/// The first, tenth, hundredth … of a kind is logged.
bool is_worth_a_line(std::uint64_t count) {
  while (count % 10 == 0) count /= 10;
  return count == 1;
}

/// Moves what is no longer wanted just as it runs from `running` to the end of `ending`.
template <class Running, class Config>
void take_out(std::map<std::string, std::shared_ptr<Running>>& running, const std::vector<Config>& wanted,
              std::vector<std::shared_ptr<Running>>& ending) {
  std::erase_if(running, [&](auto& entry) {
    const bool stays =
        std::ranges::any_of(wanted, [&](const Config& config) { return entry.second->config == config; });
    if (!stays) ending.push_back(std::move(entry.second));
    return !stays;
  });
}

}  // namespace

FieldAdapters::FieldAdapters(boost::asio::io_context& io, runtime::CoreLoop& loop, runtime::Answers& answers,
                             runtime::Worker& worker, modbus::io::ReservedDescriptors& reserved)
    : io_(io), loop_(loop), answers_(answers), worker_(worker), reserved_(reserved) {}

void FieldAdapters::take(const core::ConfigPtr& config) {
  if (is_closed_) return;
  config_ = config;
  std::vector<std::shared_ptr<Line>> lines;
  std::vector<BrokerPtr> brokers;
  take_out(lines_, config->modbus, lines);
  take_out(brokers_, config->mqtt, brokers);
  if (lines.empty() && brokers.empty()) return start_missing();
  // On the worker: ending one may take a while, and a durable message waits for the very core that is running here. It
  // stays alive until it has ended, so that such a message is still stored and acknowledged.
  worker_.run_surely([this, lines = std::move(lines), brokers = std::move(brokers)] {
    for (const auto& broker : brokers) broker->subscriber->stop();
    for (const auto& line : lines) line->thread->stop();
    boost::asio::post(io_, [this] { start_missing(); });
  });
}

void FieldAdapters::start_missing() {
  if (is_closed_) return;
  for (const auto& line : config_->modbus) {
    if (!lines_.contains(line.name)) lines_.emplace(line.name, start_line(line));
  }
  for (const auto& broker : config_->mqtt) {
    if (!brokers_.contains(broker.name)) brokers_.emplace(broker.name, start_broker(broker));
  }
}

void FieldAdapters::stop() {
  for (auto& [name, broker] : brokers_) broker->subscriber->stop();
  for (auto& [name, line] : lines_) line->thread->stop();
}

std::shared_ptr<FieldAdapters::Line> FieldAdapters::start_line(const modbus::LineConfig& config) {
  auto line = std::make_shared<Line>();
  line->config = config;
  modbus::io::LineThread::Handlers handlers;
  handlers.readings = [this](std::vector<model::Reading> readings) {
    loop_.post(core::ReadingsSeen{std::move(readings)});
  };
  handlers.changed = [](const modbus::StateChange& change) {
    log(change.is_good ? LogLevel::info : LogLevel::warning, change.text);
  };
  line->thread = std::make_unique<modbus::io::LineThread>(config, reserved_, runtime::read_clocks, std::move(handlers));
  return line;
}

FieldAdapters::BrokerPtr FieldAdapters::start_broker(const mqtt::BrokerConfig& config) {
  auto broker = std::make_shared<Broker>(Broker{config, mqtt::TopicMap{config.topics}, nullptr, {}});
  const std::weak_ptr<Broker> weak = broker;
  mqtt::io::PahoSubscriber::Handlers handlers;
  handlers.waiting = [this, weak] { boost::asio::post(io_, [this, weak] { fetch(weak); }); };
  handlers.durable = [this, weak](mqtt::io::Message message, mqtt::io::Ticket ticket) {
    boost::asio::post(io_, [this, weak, message = std::move(message), ticket] { take_durable(weak, message, ticket); });
  };
  handlers.changed = [](bool is_connected, const std::string& text) {
    log(is_connected ? LogLevel::info : LogLevel::warning, text);
  };
  broker->subscriber = std::make_unique<mqtt::io::PahoSubscriber>(config, std::move(handlers));
  return broker;
}

model::Result<mqtt::Decoded> FieldAdapters::decode(Broker& broker, const mqtt::io::Message& message) {
  const mqtt::Arrival arrival{runtime::read_clocks(), message.is_retained};
  auto decoded = broker.topics.take(message.topic, message.payload, arrival, config_->site);
  if (!decoded) {
    const auto count = ++broker.refused[decoded.error().code];
    if (is_worth_a_line(count)) {
      log(LogLevel::warning, "broker " + broker.config.name + ": message refused (" + std::to_string(count) +
                                 ". of \"" + decoded.error().code + "\"): " + decoded.error().message);
    }
  }
  return decoded;
}

void FieldAdapters::fetch(const std::weak_ptr<Broker>& weak) {
  const auto broker = weak.lock();
  if (!broker) return;
  const auto messages = broker->subscriber->take(messages_in_a_row);
  std::vector<model::Reading> readings;
  for (const auto& message : messages) {
    auto decoded = decode(*broker, message);
    if (!decoded) continue;
    std::ranges::move(decoded.value().readings, std::back_inserter(readings));
    if (decoded.value().event) loop_.input(core::EventSeen{std::move(*decoded.value().event), core::nobody});
  }
  if (!readings.empty()) loop_.input(core::ReadingsSeen{std::move(readings)});
  if (messages.size() == messages_in_a_row) boost::asio::post(io_, [this, weak] { fetch(weak); });
}

void FieldAdapters::take_durable(const std::weak_ptr<Broker>& weak, const mqtt::io::Message& message,
                                 mqtt::io::Ticket ticket) {
  const auto broker = weak.lock();
  if (!broker) return;
  auto decoded = decode(*broker, message);
  if (decoded && !decoded.value().readings.empty())
    loop_.input(core::ReadingsSeen{std::move(decoded.value().readings)});
  if (decoded && decoded.value().event) return offer(weak, std::move(*decoded.value().event), ticket);
  broker->subscriber->release(ticket);  // nothing of it has to be kept
}

void FieldAdapters::offer(const std::weak_ptr<Broker>& weak, model::Event event, mqtt::io::Ticket ticket) {
  const auto token = answers_.expect([this, weak, event, ticket](const core::Release& release) {
    if (std::holds_alternative<core::Refused>(release.answer)) return offer_later(weak, event, ticket);
    if (const auto broker = weak.lock()) broker->subscriber->release(ticket);
  });
  loop_.input(core::EventSeen{std::move(event), token});
}

void FieldAdapters::offer_later(const std::weak_ptr<Broker>& weak, model::Event event, mqtt::io::Ticket ticket) {
  const auto timer = std::make_shared<boost::asio::steady_timer>(io_, offer_again_after);
  timer->async_wait([this, weak, event = std::move(event), ticket, timer](const boost::system::error_code& cancelled) {
    if (!cancelled && !weak.expired()) offer(weak, event, ticket);
  });
}

}  // namespace chargehook
