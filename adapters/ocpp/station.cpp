#include "ocpp/station.hpp"

#include <algorithm>
#include <charconv>

#include "model/event_type.hpp"
#include "model/json_text.hpp"
#include "model/result.hpp"

namespace chargehook::ocpp {
namespace {

constexpr std::chrono::hours off_max{25};
constexpr std::chrono::minutes late_after{5};

void add_text_or_null(model::JsonObject& object, std::string_view name, std::string_view text) {
  text.empty() ? object.add_null(name) : object.add(name, text);
}

std::optional<int> parse_number(std::string_view text) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace

Connector& Station::change(std::int64_t connector) {
  CHARGEHOOK_ASSERT(is_connector(connector));
  const int number = static_cast<int>(connector);
  connectors_changed.insert(number);
  return state.connectors[number];
}

DeviceTime device_time(const Station& station, std::string_view text, const Moment& moment) {
  const model::Now& now = moment.now;
  DeviceTime out{now.wall, now.quality, false, std::string{text} + ordinal_key(station, moment), {}};
  const auto told = model::parse_rfc3339(text);
  if (!told || *told < model::earliest_time) return out;
  const bool clock_known = now.quality != model::TimeQuality::unknown;
  if (clock_known && *told > now.wall + off_max) return out;
  // A transaction that waited in the charger for days is told with its true time, so the time is believed; but as a key
  // it could come again from a charger whose clock starts at the same moment after each power cut.
  out.time = *told;
  out.of = model::TimeOf::device;
  if (!clock_known || *told >= now.wall - off_max) out.key = model::to_rfc3339(*told);
  out.late = clock_known && *told < now.wall - late_after;
  const bool agrees = *told >= now.wall - late_after && *told <= now.wall + late_after;
  out.quality = agrees ? now.quality : model::TimeQuality::unknown;
  return out;
}

std::string ordinal_key(const Station& station, const Moment& moment) {
  return "@" + station.around->store + ":" + std::to_string(moment.connection) + ":" + std::to_string(moment.message);
}

std::string device_of(const Station& station) { return "charger/" + station.name; }

std::string subject_of(const Station& station, int connector) {
  std::string subject = device_of(station);
  if (connector > 0) subject += "/evse/" + std::to_string(connector);
  return subject;
}

std::string charger_json(const Station& station) {
  std::string out;
  model::JsonObject object{out};
  object.add("id", station.config.id);
  add_text_or_null(object, "name", station.config.name);
  add_text_or_null(object, "vendor", station.state.vendor);
  add_text_or_null(object, "model", station.state.model);
  add_text_or_null(object, "serial", station.state.serial);
  add_text_or_null(object, "firmware", station.state.firmware);
  object.end();
  return out;
}

std::string connector_json(const Station& station, int connector) {
  if (connector <= 0) return "null";
  const auto& evses = station.config.evses;
  const auto found = std::find_if(evses.begin(), evses.end(), [&](const auto& evse) { return evse.evse == connector; });
  const EvseConfig evse = found == evses.end() ? EvseConfig{} : *found;
  std::string out;
  model::JsonObject object{out};
  object.add("evse", connector).add("connector", 1);
  add_text_or_null(object, "evse_id", evse.evse_id);
  add_text_or_null(object, "plug", evse.plug);
  evse.max_power_w ? object.add("max_power_w", *evse.max_power_w) : object.add_null("max_power_w");
  add_text_or_null(object, "circuit", evse.circuit);
  object.end();
  return out;
}

model::Event make_event(const Station& station, std::string_view type, int connector, std::string id,
                        model::Basis basis, const DeviceTime& time, std::string data) {
  const model::EventType* known = model::find_event_type(type);
  CHARGEHOOK_ASSERT(known != nullptr);
  model::Event event;
  event.id = std::move(id);
  event.type = type;
  event.subject = subject_of(station, connector);
  event.partition_key = device_of(station);
  event.event_class = known->event_class;
  event.basis = basis;
  event.time = time.time;
  event.time_quality = time.quality;
  event.time_of = time.of;
  event.data = std::move(data);
  return event;
}

std::vector<StatePut> take_state(Station& station) {
  std::vector<StatePut> out;
  const std::string prefix = std::string{state_prefix} + station.name;
  if (station.charger_changed) out.push_back({prefix + "/charger", write_charger(station.state)});
  for (const int number : station.connectors_changed) {
    out.push_back({prefix + "/connector/" + std::to_string(number), write_connector(station.state.connectors[number])});
  }
  station.charger_changed = false;
  station.connectors_changed.clear();
  return out;
}

void restore_state(std::string_view key, std::string_view value, std::map<std::string, ChargerState>& chargers) {
  if (!key.starts_with(state_prefix)) return;
  key.remove_prefix(state_prefix.size());
  const auto slash = key.find('/');
  if (slash == std::string_view::npos) return;
  ChargerState& state = chargers[std::string{key.substr(0, slash)}];
  const std::string_view what = key.substr(slash + 1);
  constexpr std::string_view connector = "connector/";
  if (what == "charger") read_charger(value, state);
  if (!what.starts_with(connector)) return;
  const auto number = parse_number(what.substr(connector.size()));
  if (number && is_connector(*number)) {
    state.connectors[*number] = read_connector(value);
  }
}

}  // namespace chargehook::ocpp
