#include "core/gateway_events.hpp"

#include <algorithm>

#include "delivery/chain.hpp"
#include "journal/format/lmdb_page.hpp"
#include "model/event_id.hpp"
#include "model/event_type.hpp"
#include "model/json_text.hpp"

namespace chargehook::core {

using model::JsonObject;

namespace {

constexpr std::size_t lines_max = 50;  // an event stays far below the record's limit

/// All 32 bytes: whoever works the chain out goes on from here.
std::string full_hash(const model::ChainHash& hash) { return model::hex(hash); }

std::string ranges_json(const std::vector<model::LostRange>& ranges) {
  std::string out{"["};
  for (const auto& range : ranges) {
    if (out.size() > 1) out += ',';
    JsonObject{out}
        .add("from_n", std::to_string(range.from_n))
        .add("to_n", std::to_string(range.to_n))
        .add("hash_before", full_hash(range.before))
        .add("hash_after", full_hash(range.after))
        .end();
  }
  return out + "]";
}

/// Whole hours or minutes, rounded down: nobody plans with more.
void add_whole(JsonObject& object, std::string_view key, const std::optional<double>& number) {
  if (number) {
    object.add(key, static_cast<std::int64_t>(std::min(*number, 1e9)));
  } else {
    object.add_null(key);
  }
}

std::string classes_json(const std::vector<ClassPressure>& classes) {
  std::string out{"["};
  for (const auto& one : classes) {
    if (out.size() > 1) out += ',';
    JsonObject object{out};
    object.add("class", to_string(one.event_class))
        .add("admitted", one.admitted)
        .add("evicted", one.evicted)
        .add("expired", one.expired)
        .add("undelivered", one.outlook.waits);
    add_whole(object, "hours_until_eviction", one.outlook.hours_until_eviction);
    add_whole(object, "minutes_to_drain", one.outlook.minutes_to_drain);
    object.end();
  }
  return out + "]";
}

/// A store that trims what is delivered is at its work; one that loses state needs somebody.
model::Severity severity_of(journal::PressureLevel level) {
  switch (level) {
    case journal::PressureLevel::none:
    case journal::PressureLevel::delivered_goes:
      return model::Severity::info;
    case journal::PressureLevel::telemetry_goes:
      return model::Severity::medium;
    case journal::PressureLevel::state_goes:
      return model::Severity::high;
    case journal::PressureLevel::safety_goes:
    case journal::PressureLevel::full:
      return model::Severity::critical;
  }
  return model::Severity::critical;
}

std::string types_json(const std::map<std::string, std::uint64_t>& types) {
  std::string out;
  JsonObject object{out};
  for (const auto& [type, count] : types) object.add(type, count);
  object.end();
  return out;
}

/// Losses of safety matter most; telemetry is expected to go.
model::Severity severity_of_gap(model::EventClass event_class) {
  switch (event_class) {
    case model::EventClass::billing:
    case model::EventClass::safety:
      return model::Severity::high;
    case model::EventClass::state:
      return model::Severity::medium;
    case model::EventClass::telemetry:
      return model::Severity::low;
  }
  return model::Severity::high;
}

/// Null where nobody knows them.
void add_numbers(JsonObject& object, const model::StreamGap& gap) {
  if (gap.ranges.empty()) {
    object.add_null("from_n").add_null("to_n");
  } else {
    object.add("from_n", std::to_string(gap.ranges.front().from_n));
    object.add("to_n", std::to_string(gap.ranges.back().to_n));
  }
}

void add_times(JsonObject& object, const model::StreamGap& gap) {
  if (gap.first == model::WallTime{}) {
    object.add_null("from").add_null("to");
  } else {
    object.add("from", model::to_rfc3339(gap.first)).add("to", model::to_rfc3339(gap.last));
  }
}

/// What came after it, and was not on disk yet, may be lost.
void add_last_stored(JsonObject& object, const journal::StoredState& stored) {
  model::Sequence last = 0;
  for (const auto& log : stored.logs) last = std::max(last, log.last_sequence);
  object.add("last_sequence", std::to_string(last));
  if (stored.last_recorded != model::WallTime{}) object.add("last_stored", model::to_rfc3339(stored.last_recorded));
}

std::string json_list(const std::vector<std::string>& lines) {
  std::string out{"["};
  for (std::size_t i = 0; i < lines.size() && i < lines_max; ++i) {
    if (i > 0) out += ',';
    model::append_json_string(out, std::string_view{lines[i]}.substr(0, 500));
  }
  return out + "]";
}

}  // namespace

GatewayEvents::GatewayEvents(const journal::StoredState& stored, std::string version)
    : store_number_(stored.store_id),
      origins_(stored.origins),
      store_id_(model::hex(stored.store_id)),
      boot_(std::to_string(stored.boot)),
      version_(std::move(version)) {}

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

model::Event GatewayEvents::started(const model::Now& now, const ConfigGeneration& config,
                                    const journal::StoredState& stored) {
  std::string data;
  JsonObject object{data};
  object.add("version", version_)
      .add("store", store_id_)
      .add("store_created", stored.created)
      .add("boot", boot_)
      .add("unclean", !stored.clean_stop);
  if ((!stored.clean_stop || stored.change) && stored.next_sequence != 0) add_last_stored(object, stored);
  if (stored.change) {
    object.add("store_change", to_string(stored.change->reason)).add("store_change_reason", stored.change->words);
  }
  object.add("config_hash", config.hash).add_json("site", model::site_json(config.site)).end();
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

model::Event GatewayEvents::storage_pressure(const model::Now& now, const ConfigGeneration& config,
                                             const StoragePressure& told) {
  std::string data;
  JsonObject{data}
      .add("level", to_string(told.level))
      .add("previous", to_string(told.before))
      .add("fill_percent", static_cast<int>(journal::fill(told.usage) * 100))
      .add("size_bytes", told.usage.pages_total * journal::lmdb_page_bytes)
      .add_json("classes", classes_json(told.classes))
      .add_json("site", model::site_json(config.site))
      .end();
  auto event = make(now, config, "gateway.storage_pressure", std::move(data));
  event.severity = severity_of(told.level);
  return event;
}

model::Event GatewayEvents::gap(const model::Now& now, const ConfigGeneration& config, const GapTold& told) {
  const auto& gap = told.gap;
  const std::uint64_t store = journal::store_at(gap.to_sequence, origins_, store_number_);
  const std::string name =
      told.stream.empty() ? delivery::stream_name(store, told.endpoint, gap.stream) : std::string{told.stream};
  std::string data;
  JsonObject object{data};
  object.add("reason", to_string(told.reason)).add("class", to_string(gap.stream.event_class)).add("stream", name);
  add_numbers(object, gap);
  object.add_json("ranges", ranges_json(gap.ranges))
      .add("from_sequence", std::to_string(gap.from_sequence))
      .add("to_sequence", std::to_string(gap.to_sequence))
      .add("events", gap.events)
      .add_json("types", types_json(gap.types));
  add_times(object, gap);
  object.add_json("devices", json_list(gap.devices)).add("more_devices", gap.more_devices);
  if (!gap.files.empty()) object.add_json("files", json_list(gap.files));
  object.add_json("site", model::site_json(config.site)).end();
  auto event = make(now, config, model::gap_type, std::move(data));
  event.subject = model::endpoint_subject(told.endpoint);
  event.partition_key = event.subject;
  event.event_class = gap.stream.event_class;
  event.severity = severity_of_gap(gap.stream.event_class);
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
