/// Any topic and any payload: one error in one line, or readings and an event that keep their promises.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "model/result.hpp"
#include "mqtt/topic_map.hpp"

using namespace chargehook;

namespace {

std::vector<mqtt::TopicConfig> topics() {
  const auto path = [](const char* text) { return mqtt::JsonPath::parse(text).value(); };
  mqtt::TopicConfig telemetry;
  telemetry.topic = mqtt::TopicPattern::parse("d/<charger>").value();
  telemetry.time = mqtt::TimeMapping{path("/t"), mqtt::TimeMapping::Form::unix_milliseconds};
  const auto device = mqtt::TextTemplate::parse("charger/<charger>", telemetry.topic.captures()).value();
  telemetry.readings = {{*model::find_signal("charger.power"), device, path("/p"), model::find_unit("kW")},
                        {*model::find_signal("charger.energy_import"), device, path("/e/0"), model::find_unit("MWh")},
                        {*model::find_signal("connector.status"), device, path("/s"), nullptr}};
  mqtt::TopicConfig payment;
  payment.topic = mqtt::TopicPattern::parse("p/<terminal>").value();
  payment.time = mqtt::TimeMapping{path("/t"), mqtt::TimeMapping::Form::rfc3339};
  mqtt::EventMapping event;
  event.type = model::find_event_type("payment.completed");
  event.only_if = {{path("/s"), false, std::string("test")}, {path("/n"), true, 3.0}};
  event.subject = mqtt::TextTemplate::parse("terminal/<terminal>", payment.topic.captures()).value();
  event.id = path("/id");
  event.data = {{"amount_minor", mqtt::DataMapping::Whole{path("/a"), 100, mqtt::Decimals::refused}},
                {"energy_wh", mqtt::DataMapping::Whole{path("/e"), 1000, mqtt::Decimals::rounded}},
                {"x", mqtt::DataMapping::Plain{path("/x")}}};
  payment.event = event;
  return {telemetry, payment};
}

void check(const mqtt::Decoded& decoded) {
  for (const model::Reading& reading : decoded.readings) {
    const auto* number = std::get_if<double>(&reading.value);
    CHARGEHOOK_ASSERT(number == nullptr || std::isfinite(*number));
    const bool has_value = !std::holds_alternative<std::monostate>(reading.value);
    CHARGEHOOK_ASSERT(has_value == (reading.quality != model::Quality::invalid));
  }
  if (!decoded.event) return;
  CHARGEHOOK_ASSERT(decoded.event->data.size() <= 60 * 1024);
  CHARGEHOOK_ASSERT(decoded.event->data.starts_with("{\"amount_minor\":") && decoded.event->data.ends_with('}'));
  CHARGEHOOK_ASSERT(mqtt::is_device_id(std::string_view(decoded.event->subject).substr(9)));
  mqtt::JsonDocument again;
  CHARGEHOOK_ASSERT(again.parse(decoded.event->data).has_value() || decoded.event->data.size() > 1000);
}

}  // namespace

/// The first line is the topic, the rest the payload.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const model::Site site{"depot-nord", "Depot Nord", "Europe/Berlin", "EUR", "DE", "DE*ABC"};
  const std::string_view input{reinterpret_cast<const char*>(data), size};
  const std::size_t end = input.find('\n');
  const std::string_view topic = input.substr(0, end);
  const std::string_view payload = end == input.npos ? std::string_view{} : input.substr(end + 1);
  static mqtt::TopicMap map(topics());
  const mqtt::Arrival arrival{{model::WallTime{std::chrono::seconds{1'790'000'000}}, {}, model::TimeQuality::synced},
                              size % 2 == 0};
  const auto decoded = map.take(topic, payload, arrival, site);
  if (decoded.has_error()) {
    CHARGEHOOK_ASSERT(!decoded.error().message.empty() && decoded.error().message.find('\n') == std::string::npos);
  } else {
    check(decoded.value());
  }
  return 0;
}
