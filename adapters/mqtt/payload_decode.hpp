/// Turns one payload into readings and an event, by the mapping of its topic. Pure; one thread each.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/clock.hpp"
#include "model/event.hpp"
#include "model/reading.hpp"
#include "model/result.hpp"
#include "model/site.hpp"
#include "mqtt/json_document.hpp"
#include "mqtt/mqtt_config.hpp"

namespace chargehook::mqtt {

struct Decoded {
  std::vector<model::Reading> readings;
  std::optional<model::Event> event;  ///< nothing if there is no mapping, or its only_if is not met
  std::uint64_t absent = 0;           ///< mapped readings that are not in the payload: nothing comes of them
  std::uint64_t invalid = 0;          ///< mapped readings of the wrong type: quality invalid, no value

  bool operator==(const Decoded&) const = default;
};

/// How a message came.
struct Arrival {
  model::Now now;
  bool is_retained = false;  ///< the broker kept it: of unknown age, its readings are stale unless it says its time
};

/// Keeps the parser's memory from one payload to the next.
class PayloadDecoder {
 public:
  /// @param captures of the topic, checked by TopicPattern::match
  /// @param payload  any bytes
  /// Errors, each for the message as a whole: "size" and "json" of JsonDocument; "empty" (only readings are mapped and
  /// none of them is there); "id" (no natural key of 1 to 128 bytes); "value" (a number of the event is absent, of the
  /// wrong type, or not whole in the unit sent); "size" (data larger than an event may have).
  /// The id of an event is made of site id, "mqtt", type, subject and natural key.
  [[nodiscard]] model::Result<Decoded> decode(const TopicConfig& topic, std::span<const std::string_view> captures,
                                              std::string_view payload, const Arrival& arrival,
                                              const model::Site& site);

 private:
  JsonDocument document_;
};

}  // namespace chargehook::mqtt
