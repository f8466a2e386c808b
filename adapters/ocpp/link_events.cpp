#include "ocpp/link_events.hpp"

#include "model/event_id.hpp"
#include "model/json_text.hpp"

namespace chargehook::ocpp {
namespace {

std::string event_id(const Station& station, std::string_view type, const Moment& moment) {
  return model::make_id("evt_", {station.around->site_id, type, station.config.id, station.around->store,
                                 std::to_string(moment.connection)});
}

void add_text_or_null(model::JsonObject& object, std::string_view name, std::string_view text) {
  text.empty() ? object.add_null(name) : object.add(name, text);
}

model::Event link_event(const Station& station, std::string_view type, const Moment& moment, std::string data) {
  const DeviceTime time{moment.now.wall, moment.now.quality, false, {}, {}};
  return make_event(station, type, 0, event_id(station, type, moment), model::Basis::observed, time, std::move(data));
}

}  // namespace

model::Event connected_event(const Station& station, const Moment& moment, const LinkFacts& facts) {
  std::string data;
  model::JsonObject object{data};
  object.add("online", true).add("connection", moment.connection);
  add_text_or_null(object, "subprotocol", facts.subprotocol);
  add_text_or_null(object, "remote_address", facts.remote_address);
  add_text_or_null(object, "csms", station.csms);
  object.add_json("site", station.around->site_json).add_json("charger", charger_json(station)).end();
  return link_event(station, "charger.connected", moment, std::move(data));
}

model::Event disconnected_event(const Station& station, const Moment& moment, const LinkEnd& end) {
  std::string data;
  model::JsonObject object{data};
  object.add("online", false).add("connection", moment.connection);
  object.add("reason", end.reason).add("close_code", int{end.code});
  object.add("connected_s", std::int64_t{end.connected_for.count()});
  add_text_or_null(object, "csms", station.csms);
  object.add_json("site", station.around->site_json).add_json("charger", charger_json(station)).end();
  return link_event(station, "charger.disconnected", moment, std::move(data));
}

}  // namespace chargehook::ocpp
