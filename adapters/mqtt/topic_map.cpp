#include "mqtt/topic_map.hpp"

#include <utility>

namespace chargehook::mqtt {

TopicMap::TopicMap(std::vector<TopicConfig> topics) : topics_(std::move(topics)) {
  for (const TopicConfig& topic : topics_) {
    status_.emplace_back();
    status_.back().topic = topic.topic.text();
  }
}

model::Result<Decoded> TopicMap::take(std::string_view topic, std::string_view payload, const Arrival& arrival,
                                      const model::Site& site) {
  for (std::size_t i = 0; i < topics_.size(); ++i) {
    const auto captures = topics_[i].topic.match(topic);
    if (!captures) continue;
    TopicStatus& status = status_[i];
    ++status.messages;
    auto decoded = decoder_.decode(topics_[i], *captures, payload, arrival, site);
    if (decoded.has_error()) {
      ++status.refused;
      status.last_error = decoded.error().message;
      return decoded;
    }
    status.readings += decoded.value().readings.size();
    status.events += decoded.value().event ? 1 : 0;
    status.absent += decoded.value().absent;
    status.invalid += decoded.value().invalid;
    return decoded;
  }
  ++unmatched_;
  return model::Error{"topic", "no mapping takes this topic, or it holds an id that is none"};
}

const TopicConfig* find_topic(const std::vector<TopicConfig>& topics, std::string_view topic) {
  for (const TopicConfig& candidate : topics) {
    if (candidate.topic.match(topic)) return &candidate;
  }
  return nullptr;
}

}  // namespace chargehook::mqtt
