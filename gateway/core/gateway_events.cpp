#include "core/gateway_events.hpp"

#include "model/event_id.hpp"
#include "model/event_type.hpp"
#include "model/json_text.hpp"

namespace chargehook::core {

using model::JsonObject;

namespace {

constexpr std::size_t lines_max = 50;  // an event stays far below the record's limit

std::string json_list(const std::vector<std::string>& lines) {
  std::string out{"["};
  for (std::size_t i = 0; i < lines.size() && i < lines_max; ++i) {
    if (i > 0) out += ',';
    model::append_json_string(out, std::string_view{lines[i]}.substr(0, 500));
  }
  return out + "]";
}

}  // namespace

GatewayEvents::GatewayEvents(std::uint64_t store_id, std::uint32_t boot, std::string version)
    : store_id_(model::hex(store_id)), boot_(std::to_string(boot)), version_(std::move(version)) {}

model::Event GatewayEvents::make(const model::Now& now, const ConfigGeneration& config, std::string_view type,
                                 std::string data) {
  model::Event event;
  event.id = model::make_id("evt_", {config.site.id, type, store_id_, boot_, std::to_string(made_++)});
  event.type = type;
  event.subject = "gateway/" + config.gateway.id;
  event.partition_key = event.subject;
  event.event_class = model::find_event_type(type)->event_class;
  event.time = now.wall;
  event.time_quality = now.quality;
  event.data = std::move(data);
  return event;
}

model::Event GatewayEvents::started(const model::Now& now, const ConfigGeneration& config, bool store_created,
                                    bool clean_stop) {
  std::string data;
  JsonObject{data}
      .add("version", version_)
      .add("store", store_id_)
      .add("store_created", store_created)
      .add("boot", boot_)
      .add("unclean", !clean_stop)
      .add("config_hash", config.hash)
      .add_json("site", model::site_json(config.site))
      .end();
  return make(now, config, "gateway.started", std::move(data));
}

model::Event GatewayEvents::stopping(const model::Now& now, const ConfigGeneration& config) {
  std::string data;
  JsonObject{data}.add("version", version_).add_json("site", model::site_json(config.site)).end();
  return make(now, config, "gateway.stopping", std::move(data));
}

model::Event GatewayEvents::config_applied(const model::Now& now, const ConfigGeneration& config,
                                           std::string_view applied_by, const std::vector<std::string>& changes) {
  std::string data;
  JsonObject{data}
      .add("applied_by", applied_by)
      .add("config_hash", config.hash)
      .add_json("changes", json_list(changes))
      .add_json("site", model::site_json(config.site))
      .end();
  return make(now, config, "gateway.config_applied", std::move(data));
}

model::Event GatewayEvents::config_rejected(const model::Now& now, const ConfigGeneration& config,
                                            std::string_view applied_by, const std::vector<std::string>& errors) {
  std::string data;
  JsonObject{data}
      .add("applied_by", applied_by)
      .add("running_config_hash", config.hash)
      .add_json("errors", json_list(errors))
      .add_json("site", model::site_json(config.site))
      .end();
  auto event = make(now, config, "gateway.config_rejected", std::move(data));
  event.severity = model::Severity::medium;
  return event;
}

model::Event GatewayEvents::clock_changed(const model::Now& now, const ConfigGeneration& config,
                                          const ClockChange& change) {
  std::string data;
  JsonObject object{data};
  object.add("before", model::to_string(change.before)).add("after", model::to_string(change.after));
  object.add("source", model::to_string(change.source));
  object.add("step_ms", std::chrono::duration_cast<std::chrono::milliseconds>(change.step).count());
  change.by.empty() ? object.add_null("by") : object.add("by", change.by);
  object.add_json("site", model::site_json(config.site)).end();
  return make(now, config, "gateway.clock_changed", std::move(data));
}

}  // namespace chargehook::core
