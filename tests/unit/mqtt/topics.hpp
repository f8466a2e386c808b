// Mappings as a technician would write them, for the tests of this folder.
#pragma once

#include <string>
#include <vector>

#include "mqtt/mqtt_config.hpp"

namespace chargehook::mqtt {

inline JsonPath path(const char* text) { return JsonPath::parse(text).value(); }

inline TextTemplate text(const char* written, const TopicPattern& topic) {
  return TextTemplate::parse(written, topic.captures()).value();
}

inline ReadingMapping reading(const TopicPattern& topic, const char* device, const char* signal, const char* pointer,
                              const char* unit) {
  return {model::find_signal(signal).value(), text(device, topic), path(pointer), model::find_unit(unit)};
}

/// depot/<charger>/telemetry of the documentation.
inline TopicConfig telemetry() {
  TopicConfig out;
  out.topic = TopicPattern::parse("depot/<charger>/telemetry").value();
  out.readings = {reading(out.topic, "charger/<charger>", "charger.temperature", "/temp", "degC"),
                  reading(out.topic, "charger/<charger>", "charger.power", "/p", "kW")};
  return out;
}

/// terminal/<terminal>/payment of the documentation.
inline TopicConfig payment() {
  TopicConfig out;
  out.topic = TopicPattern::parse("terminal/<terminal>/payment").value();
  out.acknowledge = Acknowledge::durable;
  EventMapping event;
  event.type = model::find_event_type("payment.completed");
  event.only_if = {{path("/state"), true, std::string("captured")}};
  event.subject = text("terminal/<terminal>", out.topic);
  event.id = path("/reference");
  event.data = {{"amount_minor", DataMapping::Whole{path("/amount"), 1, Decimals::refused}},
                {"currency", DataMapping::Plain{path("/currency")}},
                {"session", DataMapping::Plain{path("/session")}},
                {"terminal", DataMapping::Constant{text("<terminal>", out.topic)}}};
  out.event = event;
  return out;
}

}  // namespace chargehook::mqtt
