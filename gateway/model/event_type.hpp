/// The catalogue of event types: the one place that says which exist and what class each has.
#pragma once

#include <span>
#include <string_view>

#include "model/event.hpp"

namespace chargehook::model {

struct EventType {
  std::string_view name;  ///< "session.ended"
  EventClass event_class;
  bool from_ingest;  ///< may come from a local system over ingest or an MQTT mapping
};

/// All types, sorted by name.
[[nodiscard]] std::span<const EventType> event_types();

/// nullptr if there is no such type.
[[nodiscard]] const EventType* find_event_type(std::string_view name);

}  // namespace chargehook::model
