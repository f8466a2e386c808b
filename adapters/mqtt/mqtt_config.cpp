#include "mqtt/mqtt_config.hpp"

#include <algorithm>

namespace chargehook::mqtt {

bool BrokerConfig::has_durable_topics() const {
  return std::ranges::any_of(topics, [](const TopicConfig& t) { return t.acknowledge == Acknowledge::durable; });
}

}  // namespace chargehook::mqtt
