#include "ocpp/v16/boot_notification.hpp"

#include "model/event_id.hpp"
#include "model/json_text.hpp"
#include "ocpp/v16/messages.hpp"
#include "ocpp/v16/session_end.hpp"

namespace chargehook::ocpp::v16 {

bool boot_called(Station& station, std::string_view message, const Moment& moment, Derived& out) {
  auto request = read_boot_request(message);
  if (!request) return false;
  ChargerState& state = station.state;
  state.vendor = std::move(request->vendor);
  state.model = std::move(request->model);
  state.serial = std::move(request->serial);
  state.firmware = std::move(request->firmware);
  station.charger_changed = true;
  end_all_by_inference(station, device_time(station, {}, moment), "boot", out);
  return true;
}

bool boot_answered(Station& station, std::string_view answer_message, const Moment& moment, Derived& out) {
  const auto answer = read_boot_answer(answer_message);
  if (!answer) return false;
  std::string data;
  model::JsonObject object{data};
  object.add("status", answer->status);
  answer->interval_s ? object.add("interval_s", *answer->interval_s) : object.add_null("interval_s");
  object.add_json("site", station.around->site_json).add_json("charger", charger_json(station)).end();
  std::string id = model::make_id(
      "evt_", {station.around->site_id, "charger.booted", station.config.id, ordinal_key(station, moment)});
  const auto basis = answer->status == "Accepted" ? model::Basis::confirmed : model::Basis::observed;
  out.events.push_back(make_event(station, "charger.booted", 0, std::move(id), basis, device_time(station, {}, moment),
                                  std::move(data)));
  return true;
}

}  // namespace chargehook::ocpp::v16
