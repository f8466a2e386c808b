#include "rules/engine/alarm_events.hpp"

#include <algorithm>
#include <array>

#include "model/event_id.hpp"
#include "model/json_text.hpp"

namespace chargehook::rules {

namespace {

using model::JsonObject;
using model::Quality;
using model::Quantity;

std::int64_t seconds(model::Nanoseconds time) {
  return std::max<std::int64_t>(0, std::chrono::floor<std::chrono::seconds>(time).count());
}

void text_or_null(JsonObject& object, std::string_view key, std::string_view text) {
  text.empty() ? object.add_null(key) : object.add(key, text);
}

/// How the unit is written at the end of a member's name: value_w, limit_a.
std::string_view suffix(Quantity quantity) {
  switch (quantity) {
    case Quantity::power:
      return "_w";
    case Quantity::apparent_power:
      return "_va";
    case Quantity::reactive_power:
      return "_var";
    case Quantity::energy:
      return "_wh";
    case Quantity::current:
      return "_a";
    case Quantity::voltage:
      return "_v";
    case Quantity::frequency:
      return "_hz";
    case Quantity::temperature:
      return "_degc";
    case Quantity::temperature_difference:
      return "_k";
    case Quantity::resistance:
      return "_ohm";
    case Quantity::duration:
      return "_s";
    case Quantity::ratio:
      return "_percent";
    default:
      return "";
  }
}

void add_value(JsonObject& object, const WhyValue& value) {
  if (!value.word.empty()) {
    object.add("value", value.word);
  } else if (std::isnan(value.sample.value) || value.about->kind == model::SignalKind::status) {
    object.add_null("value");
  } else {
    object.add("value", shown_value(value.about->quantity, value.sample.value));
  }
}

std::string values_json(std::span<const WhyValue> values) {
  std::string out = "[";
  for (const WhyValue& value : values) {
    if (out.size() > 1) out += ',';
    JsonObject object{out};
    object.add("device", value.device).add("signal", value.signal);
    add_value(object, value);
    text_or_null(object, "unit", model::base_symbol(value.about->quantity));
    object.add("quality", model::to_string(value.sample.quality));
    value.age ? object.add("age_s", seconds(*value.age)) : object.add_null("age_s");
    object.end();
  }
  return out + "]";
}

/// The worst of all inputs.
Quality quality_of(std::span<const WhyValue> values) {
  constexpr std::array worst_first{Quality::invalid,   Quality::stale,     Quality::frozen,
                                   Quality::estimated, Quality::simulated, Quality::good};
  for (const Quality quality : worst_first) {
    const auto has = [&](const WhyValue& value) { return value.sample.quality == quality; };
    if (std::ranges::any_of(values, has)) return quality;
  }
  return Quality::good;
}

void add_comparison(JsonObject& object, const Why& why) {
  if (!why.comparison) {
    object.add_null("signal");
    return;
  }
  const WhyValue& value = why.values[why.comparison->slot];
  const Quantity quantity = value.about->quantity;
  const std::string unit{suffix(quantity)};
  const double limit = shown_value(quantity, why.comparison->limit);
  object.add("signal", value.signal);
  const double seen = shown_value(quantity, value.sample.value);
  object.add("value" + unit, seen).add("limit" + unit, limit);  // a value that has gone since is null
  if (quantity == Quantity::power) object.add("headroom_w", limit - seen);
}

void add_load(JsonObject& object, const Alarm& alarm, const Why& why) {
  object.add_json("circuit", alarm.about.circuit_json);
  text_or_null(object, "phase", alarm.about.phase);
  add_comparison(object, why);
  object.add_null("allowed_w").add_null("block").add_json("top", "[]");
}

void add_fault(JsonObject& object) {
  object.add_null("code").add_null("out_of_service").add_null("session").add_null("count_24h");
}

void add_fault_objects(JsonObject& object, const Alarm& alarm) {
  object.add_json("charger", alarm.about.charger_json).add_json("connector", alarm.about.connector_json);
}

bool is_fault(const Alarm& alarm) { return alarm.about.kind == AlarmKind::fault; }

void add_head(JsonObject& object, const Alarm& alarm) {
  object.add("incident", alarm.incident).add("dedup_key", alarm.about.dedup_key);
  if (is_fault(alarm)) object.add("condition", alarm.rule);
  object.add("rule", alarm.rule).add("rule_version", alarm.rule_version).add("title", alarm.about.title);
  object.add("severity", model::to_string(alarm.severity)).add("raised", model::to_rfc3339(alarm.raised));
}

model::Event envelope(const model::Site& site, const Alarm& alarm, std::string_view what, model::WallTime time,
                      model::TimeQuality quality) {
  model::Event event;
  event.id = model::make_id("evt_", {site.id, "rules", alarm.incident, what});
  event.type = std::string{to_string(alarm.about.kind)} + "." + std::string{what};
  event.subject = alarm.about.subject;
  event.partition_key = alarm.about.partition_key;
  event.event_class = model::EventClass::safety;
  event.severity = alarm.severity;
  event.basis = model::Basis::observed;
  event.time = time;
  event.time_quality = quality;
  return event;
}

}  // namespace

double shown_value(Quantity quantity, double value) {
  if (quantity == Quantity::energy) return value / 1000;
  if (quantity == Quantity::ratio) return value * 100;
  return value;
}

model::Event raised_event(const model::Site& site, const Alarm& alarm, const Why& why, model::TimeQuality quality) {
  model::Event event = envelope(site, alarm, "raised", alarm.raised, quality);
  JsonObject object{event.data};
  add_head(object, alarm);
  is_fault(alarm) ? add_fault(object) : add_load(object, alarm, why);
  object.add("held_s", seconds(why.held));
  object.add("quality", model::to_string(quality_of(why.values))).add_json("values", values_json(why.values));
  text_or_null(object, "cause", why.cause);
  text_or_null(object, "advice", why.advice);
  text_or_null(object, "text", why.text);
  object.add_null("shelved").add_json("site", model::site_json(site));
  if (is_fault(alarm)) add_fault_objects(object, alarm);
  object.end();
  return event;
}

model::Event cleared_event(const model::Site& site, const Alarm& alarm, std::string_view cleared_by,
                           model::WallTime cleared, model::Nanoseconds lasted, model::TimeQuality quality) {
  model::Event event = envelope(site, alarm, "cleared", cleared, quality);
  JsonObject object{event.data};
  add_head(object, alarm);
  object.add("cleared", model::to_rfc3339(cleared)).add("duration_s", seconds(lasted));
  object.add("cleared_by", cleared_by).add_null("acknowledged_by");
  if (!is_fault(alarm)) {
    object.add_json("circuit", alarm.about.circuit_json);
    text_or_null(object, "phase", alarm.about.phase);
  }
  object.add_json("site", model::site_json(site));
  if (is_fault(alarm)) add_fault_objects(object, alarm);
  object.end();
  return event;
}

}  // namespace chargehook::rules
