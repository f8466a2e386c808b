// Brokers, their topics, and what the payloads mean.
#include <algorithm>
#include <array>

#include "config/host_port.hpp"
#include "config/mqtt_mapping.hpp"
#include "config/nearest.hpp"
#include "config/sections.hpp"
#include "config/url.hpp"

namespace chargehook::config {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

constexpr std::string_view bad_topic = "E165";
constexpr std::string_view bad_mapping = "E166";
constexpr std::array<std::string_view, 2> acknowledgements{"queued", "durable"};
constexpr Bounds<milliseconds> expect_bounds{100ms, 24h};
constexpr std::size_t client_bytes_max = 64;

/// The value, or nothing after its refusal is reported.
template <class T>
std::optional<T> accepted(MapReader& map, const Place& place, Read<T> read) {
  if (auto* refusal = std::get_if<Refusal>(&read)) {
    map.error(place, refusal->code, std::move(refusal->message), std::move(refusal->help));
    return std::nullopt;
  }
  return std::get<T>(std::move(read));
}

/// <site.id> and <gateway.id> in topics and templates; other words in < > are captures.
std::string expanded(std::string text, const core::ConfigGeneration& generation) {
  const auto replace = [&text](std::string_view word, const std::string& value) {
    for (std::size_t at = text.find(word); at != text.npos && !value.empty(); at = text.find(word, at + value.size())) {
      text.replace(at, word.size(), value);
    }
  };
  replace("<site.id>", generation.site.id);
  replace("<gateway.id>", generation.gateway.id);
  return text;
}

/// One topic while it is read.
class TopicReader {
 public:
  TopicReader(MapReader& item, const core::ConfigGeneration& generation) : item_(item), generation_(generation) {}

  mqtt::TopicConfig read() {
    const auto written = item_.text("topic", Need::required);
    if (written) read_pattern(*written);
    out_.expect_every = item_.duration("expect_every", Need::optional, expect_bounds);
    const auto acknowledge = item_.one_of("acknowledge", Need::optional, acknowledgements);
    if (acknowledge && acknowledge->text == "durable") out_.acknowledge = mqtt::Acknowledge::durable;
    if (const auto time = item_.text("time", Need::optional)) {
      out_.time = accepted(item_, time->place, read_time_mapping(time->text));
    }
    read_readings();
    read_event();
    if (out_.readings.empty() && !out_.event && written && has_no_mapping_) {
      item_.error(written->place, bad_mapping, "nothing is made of this topic", "add `readings:` or `event:`");
    }
    if (acknowledge && out_.acknowledge == mqtt::Acknowledge::durable && has_no_event_) {
      item_.error(acknowledge->place, bad_mapping, "only events are stored before they are acknowledged",
                  "acknowledge: queued, or add `event:`");
    }
    item_.finish();
    return std::move(out_);
  }

 private:
  void read_pattern(const Text& written) {
    auto pattern = mqtt::TopicPattern::parse(expanded(written.text, generation_));
    if (pattern.has_error()) {
      return item_.error(written.place, bad_topic, pattern.error().message, "as in depot/<charger>/telemetry");
    }
    out_.topic = std::move(pattern).value();
    has_pattern_ = true;
  }

  std::optional<mqtt::TextTemplate> text_template(const Place& place, const std::string& text) {
    if (!has_pattern_) return std::nullopt;  // said already
    auto read = mqtt::TextTemplate::parse(expanded(text, generation_), out_.topic.captures());
    if (read.has_value()) return std::move(read).value();
    item_.error(place, bad_mapping, read.error().message, "the topic captures it as in depot/<charger>/telemetry");
    return std::nullopt;
  }

  /// "charger/<charger>": what the signal's name begins with and the capture of that name.
  static std::string usual_device(std::string_view signal) {
    const std::string family{signal.substr(0, signal.find('.'))};
    return family == "connector" ? "charger/<charger>/evse/<evse>" : family + "/<" + family + ">";
  }

  void read_readings() {
    const auto device = item_.text("device", Need::optional);
    auto map = item_.map("readings", Need::optional);
    if (!map) return;
    has_no_mapping_ = false;
    for (const KeyText& entry : map->all_texts()) {
      const auto signal = model::find_signal(entry.key.text);
      if (!signal) {
        unknown_signal(entry.key);
        continue;
      }
      auto mapping = accepted(item_, entry.value.place, read_reading_mapping(*signal, entry.value.text));
      const auto of = device ? text_template(device->place, device->text)
                             : text_template(entry.key.place, usual_device(entry.key.text));
      if (!mapping || !of) continue;
      mapping->device = *of;
      out_.readings.push_back(*std::move(mapping));
    }
    if (device) check_subject(*device);
  }

  void unknown_signal(const Text& name) {
    std::vector<std::string_view> names;
    for (const model::Signal& signal : model::signals()) names.push_back(signal.name);
    const std::string_view meant = nearest(name.text, names);
    item_.error(
        name.place, "E163", "there is no signal " + in_quotes(name.text),
        meant.empty() ? "they are named like charger.temperature" : "did you mean \"" + std::string(meant) + "\"?");
  }

  /// Devices and subjects go into ids and headers.
  void check_subject(const Text& written) {
    const bool is_good =
        written.text.size() <= 128 && std::ranges::all_of(written.text, [](char c) { return c > ' ' && c < 0x7F; });
    if (is_good) return;
    item_.error(written.place, bad_mapping, in_quotes(written.text) + " is not the path of a device",
                "at most 128 letters and digits without blanks: charger/<charger>");
  }

  void read_event() {
    const auto name = item_.text("event", Need::optional);
    const Need need = name ? Need::required : Need::optional;
    const auto subject = item_.text("subject", need);
    const auto id = item_.text("id", need);
    const auto only_if = item_.text("only_if", Need::optional);
    auto data = item_.map("data", need);
    if (!name) return without_event({subject, id, only_if}, data);
    has_no_mapping_ = false;
    has_no_event_ = false;
    mqtt::EventMapping event;
    event.type = event_type(*name);
    if (subject) {
      check_subject(*subject);
      event.subject = text_template(subject->place, subject->text).value_or(mqtt::TextTemplate{});
    }
    if (id) read_key(*id, event);
    if (only_if) {
      event.only_if = accepted(item_, only_if->place, read_conditions(only_if->text)).value_or(event.only_if);
    }
    if (data) read_data(*data, event);
    out_.event = std::move(event);
  }

  void without_event(std::initializer_list<std::optional<Text>> keys, const std::optional<MapReader>& data) {
    for (const auto& key : keys) {
      if (key) item_.error(key->place, bad_mapping, "this belongs to an event, and there is none", "add `event:`");
    }
    if (data) item_.error(data->place(), bad_mapping, "this belongs to an event, and there is none", "add `event:`");
  }

  const model::EventType* event_type(const Text& name) {
    const model::EventType* type = model::find_event_type(name.text);
    if (type != nullptr && type->from_ingest) return type;
    std::vector<std::string_view> known;
    for (const model::EventType& one : model::event_types()) {
      if (one.from_ingest) known.push_back(one.name);
    }
    item_.error(name.place, "E130",
                type == nullptr ? "there is no event " + in_quotes(name.text)
                                : in_quotes(name.text) + " is made by the gateway itself",
                suggestion(name.text, known));
    return nullptr;
  }

  void read_key(const Text& id, mqtt::EventMapping& event) {
    auto path = mqtt::JsonPath::parse(id.text);
    if (path.has_value()) {
      event.id = std::move(path).value();
    } else {
      item_.error(id.place, bad_mapping, path.error().message, "what is different for each event: /reference");
    }
  }

  void read_data(MapReader& map, mqtt::EventMapping& event) {
    std::optional<std::string> currency;
    for (const KeyText& entry : map.all_texts()) {
      const std::string text = expanded(entry.value.text, generation_);
      auto member = accepted(item_, entry.value.place, read_data_mapping(entry.key.text, text, out_.topic.captures()));
      if (!member) continue;
      const auto same = [&](const mqtt::DataMapping& other) { return other.member == member->member; };
      if (std::ranges::any_of(event.data, same)) {
        item_.error(entry.key.place, bad_mapping, in_quotes(member->member) + " is given twice", "delete one");
      }
      if (const auto code = currency_of(text); !code.empty()) currency = std::string(code);
      event.data.push_back(*std::move(member));
    }
    const auto is_currency = [](const mqtt::DataMapping& one) { return one.member == "currency"; };
    if (!currency || std::ranges::any_of(event.data, is_currency)) return;
    event.data.push_back({"currency", mqtt::DataMapping::Constant{mqtt::TextTemplate::parse(*currency, {}).value()}});
  }

  MapReader& item_;
  const core::ConfigGeneration& generation_;
  mqtt::TopicConfig out_;
  bool has_pattern_ = false;
  bool has_no_mapping_ = true;
  bool has_no_event_ = true;
};

void read_url_of_broker(MapReader& item, mqtt::BrokerConfig& out) {
  const auto written = item.text("url", Need::required);
  if (!written) return;
  std::string_view rest = written->text;
  out.tls = rest.starts_with("mqtts://");
  const std::size_t scheme = out.tls ? 8 : 7;
  if (!out.tls && !rest.starts_with("mqtt://")) {
    return item.error(written->place, "E160", in_quotes(written->text) + " is not the address of a broker",
                      "mqtt://127.0.0.1:1883, or mqtts:// with encryption");
  }
  rest.remove_prefix(scheme);
  if (rest.find('@') != rest.npos) {
    return item.report().error_on_secret(written->place, "E144", "a user name or password in a URL",
                                         "write `user:` and `password:` with the name of a file in secrets/");
  }
  auto parts = accepted(item, written->place, read_host_port(rest));
  if (!parts) return;
  out.host = std::move(parts->host);
  out.port = parts->port.value_or(out.tls ? 8883 : 1883);
}

void read_login(MapReader& item, const Draft& draft, mqtt::BrokerConfig& out) {
  const auto user = item.text("user", Need::optional);
  const auto password = item.name("password", user ? Need::required : Need::optional);
  if (user) out.user = user->text;
  if (!password) return;
  const auto found = draft.files.secrets.find(password->text);
  if (found == draft.files.secrets.end()) {
    return item.error(password->place, "E141", "there is no file secrets/" + password->text,
                      "put the password into it");
  }
  out.password_name = password->text;
  out.password = found->second;
  while (!out.password.empty() && std::string_view(" \r\n\t").find(out.password.back()) != std::string_view::npos) {
    out.password.pop_back();
  }
  if (!out.tls && !is_loopback(out.host)) {
    item.report().warning(password->place, "E145", "the password goes over the network without encryption",
                          "use mqtts:// if the broker can");
  }
}

void read_client(MapReader& item, const Draft& draft, mqtt::BrokerConfig& out) {
  out.client_id = "chargehook-" + draft.generation.gateway.id + "-" + out.name;
  const auto client = item.text("client", Need::optional);
  if (!client) return;
  const bool is_good = client->text.size() <= client_bytes_max && mqtt::is_device_id(client->text.substr(0, 48));
  if (is_good) {
    out.client_id = client->text;
  } else {
    item.error(client->place, "E138", in_quotes(client->text) + " is not a client id",
               "at most 64 letters, digits, - and _");
  }
}

void read_broker(MapReader& item, Draft& draft) {
  mqtt::BrokerConfig out;
  if (auto name = item.name("broker", Need::required); name && draft.names.claim("broker", *name, item.report())) {
    out.name = std::move(name->text);
  }
  read_url_of_broker(item, out);
  read_login(item, draft, out);
  read_client(item, draft, out);
  for (MapReader& topic : item.maps("topics", Need::required)) {
    mqtt::TopicConfig read = TopicReader(topic, draft.generation).read();
    const auto same = [&](const mqtt::TopicConfig& other) { return other.topic.overlaps(read.topic); };
    const auto before = std::ranges::find_if(out.topics, same);
    if (before != out.topics.end() && !read.topic.text().empty()) {
      topic.error(topic.place(), bad_topic, "takes the same messages as " + in_quotes(before->topic.text()),
                  "put both mappings into one topic");
    }
    out.topics.push_back(std::move(read));
  }
  item.finish();
  draft.generation.mqtt.push_back(std::move(out));
}

}  // namespace

void read_mqtt(MapReader& top, Draft& draft) {
  for (MapReader& item : top.maps("mqtt", Need::optional)) read_broker(item, draft);
}

}  // namespace chargehook::config
