/// Finds the mapping of a topic and counts what becomes of its messages. Pure; one thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "model/result.hpp"
#include "mqtt/mqtt_config.hpp"
#include "mqtt/payload_decode.hpp"

namespace chargehook::mqtt {

/// Counters of one topic of the configuration since it was taken into use.
struct TopicStatus {
  std::string topic;  ///< as written in the configuration
  std::uint64_t messages = 0;
  std::uint64_t refused = 0;  ///< with an error for the whole message
  std::uint64_t readings = 0;
  std::uint64_t events = 0;
  std::uint64_t absent = 0;   ///< Decoded::absent
  std::uint64_t invalid = 0;  ///< Decoded::invalid
  std::string last_error;

  bool operator==(const TopicStatus&) const = default;
};

/// All topics of one broker.
class TopicMap {
 public:
  explicit TopicMap(std::vector<TopicConfig> topics);

  /// As PayloadDecoder::decode, and error "topic" if no pattern takes it or a capture is no device id.
  [[nodiscard]] model::Result<Decoded> take(std::string_view topic, std::string_view payload, const Arrival& arrival,
                                            const model::Site& site);

  [[nodiscard]] const std::vector<TopicStatus>& status() const { return status_; }
  [[nodiscard]] std::uint64_t unmatched() const { return unmatched_; }

 private:
  std::vector<TopicConfig> topics_;
  std::vector<TopicStatus> status_;
  std::uint64_t unmatched_ = 0;
  PayloadDecoder decoder_;
};

/// The topic's configuration that takes `topic`; nullptr if none does.
[[nodiscard]] const TopicConfig* find_topic(const std::vector<TopicConfig>& topics, std::string_view topic);

}  // namespace chargehook::mqtt
