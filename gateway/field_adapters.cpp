#include "field_adapters.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <system_error>
#include <thread>

#include "runtime/log.hpp"
#include "runtime/system_clock.hpp"

namespace chargehook {

using core::LogLevel;
using runtime::log;

namespace {

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

template <class Running>
std::vector<std::shared_ptr<Running>> all_of(const std::map<std::string, std::shared_ptr<Running>>& running) {
  std::vector<std::shared_ptr<Running>> out;
  for (const auto& [name, each] : running) out.push_back(each);
  return out;
}

runtime::MqttMessage message_of(mqtt::io::Message&& message) {
  return {std::move(message.topic), std::move(message.payload), message.is_retained};
}

}  // namespace

FieldAdapters::FieldAdapters(boost::asio::io_context& io, runtime::CoreLoop& loop, runtime::Answers& answers,
                             runtime::Worker& worker, modbus::io::ReservedDescriptors& reserved)
    : io_(io), loop_(loop), worker_(worker), reserved_(reserved), offers_(io, loop, answers) {}

void FieldAdapters::take(const core::ConfigPtr& config) {
  if (is_closed_) return;
  config_ = config;
  std::vector<LinePtr> lines;
  std::vector<BrokerPtr> brokers;
  take_out(lines_, config->modbus, lines);
  take_out(brokers_, config->mqtt, brokers);
  for (const auto& [name, broker] : brokers_) broker->desk->use(config);
  if (lines.empty() && brokers.empty()) return start_missing();
  // On the worker: ending one may take a while, and a durable message waits for the very core that is running here. It
  // stays alive until it has ended, so that such a message is still stored and acknowledged.
  ++endings_;
  worker_.run_surely([this, lines = std::move(lines), brokers = std::move(brokers)]() mutable {
    end(lines, brokers);
    boost::asio::post(io_, [this, brokers = std::move(brokers)] {
      for (const auto& broker : brokers) broker->desk->fetch_rest();
      --endings_;
      start_missing();
    });
  });
}

void FieldAdapters::start_missing() {
  if (is_closed_ || endings_ > 0) return;
  for (const auto& line : config_->modbus) {
    if (!lines_.contains(line.name)) lines_.emplace(line.name, start_line(line));
  }
  for (const auto& broker : config_->mqtt) {
    if (!brokers_.contains(broker.name)) brokers_.emplace(broker.name, start_broker(broker));
  }
}

/// Side by side: each may wait for its durable message, and all together have the time of one.
void FieldAdapters::end(const std::vector<LinePtr>& lines, const std::vector<BrokerPtr>& brokers) {
  std::vector<std::jthread> endings;
  const auto beside = [&endings](auto stop) {
    try {
      endings.emplace_back(stop);
    } catch (const std::system_error&) {  // no thread to be had
      stop();
    }
  };
  for (const auto& broker : brokers) beside([&broker] { broker->subscriber->stop(); });
  for (const auto& line : lines) beside([&line] { line->thread->stop(); });
}

void FieldAdapters::stop() { end(all_of(lines_), all_of(brokers_)); }

void FieldAdapters::take_rest() {
  for (const auto& [name, broker] : brokers_) broker->desk->fetch_rest();
}

runtime::AdapterReports FieldAdapters::status() const {
  runtime::AdapterReports out;
  for (const auto& [name, line] : lines_) runtime::add_line(line->thread->status(), out);
  for (const auto& [name, broker] : brokers_) {
    runtime::add_broker(name, broker->subscriber->status(), broker->desk->topics(), out);
  }
  if (!brokers_.empty() || offers_.waiting() > 0) runtime::add_offers(offers_, out);
  return out;
}

FieldAdapters::LinePtr FieldAdapters::start_line(const modbus::LineConfig& config) {
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
  auto broker = std::make_shared<Broker>();
  const std::weak_ptr<Broker> weak = broker;
  broker->config = config;
  broker->desk =
      std::make_shared<runtime::MqttDesk>(io_, loop_, offers_, config, [weak]() -> std::optional<runtime::MqttMessage> {
        const auto here = weak.lock();
        auto oldest = here ? here->subscriber->take(1) : std::vector<mqtt::io::Message>{};
        if (oldest.empty()) return std::nullopt;
        return message_of(std::move(oldest.front()));
      });
  broker->desk->use(config_);
  mqtt::io::PahoSubscriber::Handlers handlers;
  handlers.waiting = [this, weak] {
    boost::asio::post(io_, [weak] {
      if (const auto here = weak.lock()) here->desk->fetch();
    });
  };
  handlers.durable = [this, weak](mqtt::io::Message&& message, mqtt::io::Ticket ticket) {
    boost::asio::post(io_, [weak, ticket, message = message_of(std::move(message))] {
      const auto here = weak.lock();
      if (!here) return;  // nobody is left to acknowledge it: it comes again
      here->desk->take_durable(message, [weak, ticket] {
        if (const auto still = weak.lock()) still->subscriber->release(ticket);
      });
    });
  };
  handlers.changed = [](bool is_connected, const std::string& text) {
    log(is_connected ? LogLevel::info : LogLevel::warning, text);
  };
  broker->subscriber = std::make_unique<mqtt::io::PahoSubscriber>(config, std::move(handlers));
  return broker;
}

}  // namespace chargehook
