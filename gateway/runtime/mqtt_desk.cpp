#include "runtime/mqtt_desk.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <iterator>
#include <utility>

#include "runtime/log.hpp"
#include "runtime/sampling.hpp"
#include "runtime/system_clock.hpp"

namespace chargehook::runtime {

MqttDesk::MqttDesk(boost::asio::io_context& io, CoreLoop& loop, DurableOffers& offers, const mqtt::BrokerConfig& config,
                   Next next)
    : io_(io),
      loop_(loop),
      offers_(offers),
      name_("broker " + config.name),
      topics_(config.topics),
      next_(std::move(next)) {}

void MqttDesk::fetch() {
  if (is_fetching_) return;
  if (!turn()) return;
  is_fetching_ = true;
  boost::asio::post(io_, [weak = weak_from_this()] {
    const auto desk = weak.lock();
    if (!desk) return;
    desk->is_fetching_ = false;
    desk->fetch();
  });
}

void MqttDesk::fetch_rest() {
  while (turn()) {
  }
}

bool MqttDesk::turn() {
  std::vector<model::Reading> readings;
  std::size_t bytes = 0;
  std::size_t messages = 0;
  bool more = true;
  while (more && messages < mqtt_messages_in_a_row && bytes < mqtt_bytes_in_a_row) {
    const auto message = next_();
    more = message.has_value();
    if (!more) break;
    ++messages;
    bytes += message->payload.size();
    auto decoded = decode(*message);
    if (!decoded) continue;
    std::ranges::move(decoded.value().readings, std::back_inserter(readings));
    if (decoded.value().event) loop_.input(core::EventSeen{std::move(*decoded.value().event), core::nobody});
  }
  if (!readings.empty()) loop_.input(core::ReadingsSeen{std::move(readings)});
  return more;
}

void MqttDesk::take_durable(const MqttMessage& message, DurableOffers::Acknowledge acknowledge) {
  auto decoded = decode(message);
  if (decoded && !decoded.value().readings.empty()) {
    loop_.input(core::ReadingsSeen{std::move(decoded.value().readings)});
  }
  if (!decoded || !decoded.value().event) return acknowledge();  // nothing of it has to be kept
  offers_.offer(std::move(*decoded.value().event), name_, std::move(acknowledge));
}

model::Result<mqtt::Decoded> MqttDesk::decode(const MqttMessage& message) {
  const mqtt::Arrival arrival{read_clocks(), message.is_retained};
  auto decoded = topics_.take(message.topic, message.payload, arrival, config_->site);
  if (decoded) return decoded;
  const auto count = ++refused_[decoded.error().code];
  if (is_worth_a_line(count)) {
    log(core::LogLevel::warning, name_ + ": message refused (" + std::to_string(count) + ". of \"" +
                                     decoded.error().code + "\"): " + decoded.error().message);
  }
  return decoded;
}

}  // namespace chargehook::runtime
