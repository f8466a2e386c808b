#include "api/status_json.hpp"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>
#include <type_traits>

#include "api/json_members.hpp"
#include "journal/pressure.hpp"

namespace chargehook::api {

using nlohmann::ordered_json;

namespace {

ordered_json endpoint_json(const delivery::EndpointStatus& endpoint, model::BootTime boot_now) {
  ordered_json undelivered;
  ordered_json pending;
  for (std::size_t i = 0; i < endpoint.undelivered_at_least.size(); ++i) {
    const std::string name{to_string(static_cast<model::EventClass>(i))};
    undelivered[name] = endpoint.undelivered_at_least[i];
    pending[name] = endpoint.pending[i];
  }
  const auto seconds_until = [&](model::BootTime moment) {
    return std::chrono::ceil<std::chrono::seconds>(std::max(moment - boot_now, model::Nanoseconds{0})).count();
  };
  ordered_json json{{"name", endpoint.name},
                    {"delivered", endpoint.delivered},
                    {"failed_attempts", endpoint.failed_attempts},
                    {"failures_in_a_row", endpoint.failures_in_a_row},
                    {"refused_events", endpoint.refused_events},
                    {"last_refusal", nullptr},
                    {"last_failure", nullptr},
                    {"next_attempt_s", nullptr},
                    {"undelivered_at_least", undelivered},
                    {"pending", pending},
                    {"next_pending_s", nullptr},
                    {"waits_for_clock", endpoint.waits_for_clock},
                    {"more_waits", endpoint.more_waits}};
  if (!endpoint.last_refusal.empty()) json["last_refusal"] = endpoint.last_refusal;
  if (!endpoint.last_failure.empty()) json["last_failure"] = endpoint.last_failure;
  if (endpoint.next_attempt) json["next_attempt_s"] = seconds_until(*endpoint.next_attempt);
  if (endpoint.next_pending) json["next_pending_s"] = seconds_until(*endpoint.next_pending);
  return json;
}

/// Rounded down; null if not known.
ordered_json whole(const std::optional<double>& number) {
  if (!number) return nullptr;
  return static_cast<std::uint64_t>(std::clamp(*number, 0.0, 1e15));
}

ordered_json clock_json(const core::ClockStatus& clock) {
  auto trust = ordered_json::array();
  for (const auto source : clock.trust) trust.push_back(to_string(source));
  ordered_json json{{"time", model::to_rfc3339(clock.time)},
                    {"quality", to_string(clock.quality)},
                    {"source", nullptr},
                    {"age_s", nullptr},
                    {"by", nullptr},
                    {"machine_time", model::to_rfc3339(clock.machine)},
                    {"cannot_be_right", clock.is_impossible},
                    {"learned", nullptr},
                    {"revising", clock.is_revising},
                    {"trust", std::move(trust)}};
  if (clock.source != model::TimeSource::none) json["source"] = to_string(clock.source);
  if (clock.age) json["age_s"] = clock.age->count();
  if (!clock.by.empty()) json["by"] = clock.by;
  if (clock.learned) {
    json["learned"] = {{"offset_ns", clock.learned->offset.count()},
                       {"quality", to_string(clock.learned->quality)},
                       {"source", to_string(clock.learned->source)},
                       {"at_boot_ns", clock.learned->learned_at.time_since_epoch().count()}};
  }
  return json;
}

ordered_json class_json(const core::ClassStatus& counters) {
  return {{"admitted", counters.admitted},
          {"refused", counters.refused},
          {"stored", counters.stored},
          {"floor", counters.floor},
          {"evicted", counters.evicted},
          {"expired", counters.expired},
          {"undelivered", counters.outlook.waits},
          {"hours_until_eviction", whole(counters.outlook.hours_until_eviction)},
          {"minutes_to_drain", whole(counters.outlook.minutes_to_drain)}};
}

ordered_json held_billing_json(const core::HeldBillingStatus& held) {
  return {{"folder", held.folder.path},
          {"files", held.folder.files},
          {"events", held.events},
          {"problem", held.problem.empty() ? ordered_json{} : ordered_json(held.problem)}};
}

ordered_json flash_json(const core::FlashStatus& flash) {
  ordered_json json{{"measured", flash.is_device ? "device" : "own_writes"},
                    {"bytes_per_hour", whole(flash.bytes_per_hour)},
                    {"bytes_per_event", whole(flash.bytes_per_event)},
                    {"years_of_life", nullptr}};
  if (flash.years_of_life) json["years_of_life"] = std::floor(std::min(*flash.years_of_life, 1000.0) * 10) / 10;
  return json;
}

ordered_json counters_json(const std::vector<core::AdapterCounter>& counters) {
  auto json = ordered_json::object();
  for (const auto& counter : counters) json[counter.name] = counter.value;
  return json;
}

ordered_json adapter_json(const core::AdapterStatus& adapter) {
  const auto text = [](const std::string& of) { return of.empty() ? ordered_json{} : ordered_json(of); };
  return {{"kind", adapter.kind},
          {"name", adapter.name},
          {"part_of", text(adapter.part_of)},
          {"state", adapter.state},
          {"problem", text(adapter.problem)},
          {"next_step", text(adapter.next_step)},
          {"counters", counters_json(adapter.counters)},
          {"losses", counters_json(adapter.losses)}};
}

ordered_json outside_reader_json(const journal::Usage& usage) {
  if (usage.outside_reader.pid == 0) return nullptr;
  return {{"pid", usage.outside_reader.pid},
          {"commits_behind", usage.outside_reader.commits_behind},
          {"pages_held", usage.pages_held}};
}

void read_outside_reader(const ordered_json& journal, journal::Usage& usage) {
  const auto reader = object_in(journal, "outside_reader");
  if (reader.empty()) return;
  usage.outside_reader = {member<std::int64_t>(reader, "pid"), member<std::uint64_t>(reader, "commits_behind")};
  usage.pages_held = member<std::uint64_t>(reader, "pages_held");
}

std::string class_name(std::size_t index) { return std::string{to_string(static_cast<model::EventClass>(index))}; }

model::TimeQuality read_quality(const std::string& text) {
  using enum model::TimeQuality;
  for (const auto quality : {holdover, manual, corrected, synced}) {
    if (to_string(quality) == text) return quality;
  }
  return unknown;
}

journal::PressureLevel read_pressure(const std::string& text) {
  for (int i = 0; i < journal::pressure_level_count; ++i) {
    const auto level = static_cast<journal::PressureLevel>(i);
    if (to_string(level) == text) return level;
  }
  return journal::PressureLevel::none;
}

std::optional<double> read_whole(const ordered_json& object, const std::string& name) {
  if (!object.contains(name) || !object[name].is_number_unsigned()) return std::nullopt;
  return static_cast<double>(object[name].get<std::uint64_t>());
}

core::FlashStatus read_flash(const ordered_json& json) {
  core::FlashStatus out;
  out.is_device = member<std::string>(json, "measured") == "device";
  out.bytes_per_hour = read_whole(json, "bytes_per_hour");
  out.bytes_per_event = read_whole(json, "bytes_per_event");
  if (json.is_object() && json.contains("years_of_life") && json["years_of_life"].is_number()) {
    out.years_of_life = json["years_of_life"].get<double>();
  }
  return out;
}

core::HeldBillingStatus read_held_billing(const ordered_json& json) {
  return {{member<std::string>(json, "folder"), member<std::size_t>(json, "files")},
          member<std::uint64_t>(json, "events"),
          member<std::string>(json, "problem")};
}

core::ClassStatus read_class(const ordered_json& json) {
  core::ClassStatus out;
  out.admitted = member<std::uint64_t>(json, "admitted");
  out.refused = member<std::uint64_t>(json, "refused");
  out.stored = member<std::uint64_t>(json, "stored");
  out.floor = member<std::uint64_t>(json, "floor");
  out.evicted = member<std::uint64_t>(json, "evicted");
  out.expired = member<std::uint64_t>(json, "expired");
  out.outlook.waits = member<bool>(json, "undelivered");
  out.outlook.hours_until_eviction = read_whole(json, "hours_until_eviction");
  out.outlook.minutes_to_drain = read_whole(json, "minutes_to_drain");
  return out;
}

delivery::EndpointStatus read_endpoint(const ordered_json& json) {
  delivery::EndpointStatus endpoint;
  endpoint.name = member<std::string>(json, "name");
  endpoint.delivered = member<std::uint64_t>(json, "delivered");
  endpoint.failed_attempts = member<std::uint64_t>(json, "failed_attempts");
  endpoint.failures_in_a_row = member<int>(json, "failures_in_a_row");
  endpoint.last_refusal = member<std::string>(json, "last_refusal");
  endpoint.last_failure = member<std::string>(json, "last_failure");
  if (json.is_object() && json.contains("next_attempt_s") && json["next_attempt_s"].is_number_unsigned()) {
    endpoint.next_attempt = model::BootTime{std::chrono::seconds{member<std::int64_t>(json, "next_attempt_s")}};
  }
  if (json.is_object() && json.contains("next_pending_s") && json["next_pending_s"].is_number_unsigned()) {
    endpoint.next_pending = model::BootTime{std::chrono::seconds{member<std::int64_t>(json, "next_pending_s")}};
  }
  endpoint.waits_for_clock = member<bool>(json, "waits_for_clock");
  endpoint.more_waits = member<bool>(json, "more_waits");
  const auto undelivered = object_in(json, "undelivered_at_least");
  const auto pending = object_in(json, "pending");
  for (std::size_t i = 0; i < endpoint.undelivered_at_least.size(); ++i) {
    endpoint.undelivered_at_least[i] = member<std::uint64_t>(undelivered, class_name(i));
    endpoint.pending[i] = member<std::uint64_t>(pending, class_name(i));
  }
  return endpoint;
}

std::vector<core::AdapterCounter> read_counters(const ordered_json& json) {
  std::vector<core::AdapterCounter> out;
  for (const auto& [name, value] : json.items()) {
    if (value.is_number_unsigned()) out.push_back({name, value.get<std::uint64_t>()});
  }
  return out;
}

model::TimeSource read_source(const ordered_json& json) {
  return model::parse_time_source(member<std::string>(json, "source")).value_or(model::TimeSource::none);
}

model::WallTime read_time(const ordered_json& json, const char* name) {
  return model::parse_rfc3339(member<std::string>(json, name)).value_or(model::WallTime{});
}

core::ClockStatus read_clock(const ordered_json& json) {
  core::ClockStatus clock;
  clock.time = read_time(json, "time");
  clock.machine = read_time(json, "machine_time");
  clock.quality = read_quality(member<std::string>(json, "quality"));
  clock.source = read_source(json);
  if (json.contains("age_s") && json["age_s"].is_number_integer()) {
    clock.age = std::chrono::seconds{member<std::int64_t>(json, "age_s")};
  }
  clock.by = member<std::string>(json, "by");
  clock.is_impossible = member<bool>(json, "cannot_be_right");
  clock.is_revising = member<bool>(json, "revising");
  for (const auto& source : array_in(json, "trust")) {
    if (!source.is_string()) continue;
    if (const auto known = model::parse_time_source(source.get<std::string>())) clock.trust.push_back(*known);
  }
  const auto learned = object_in(json, "learned");
  if (learned.empty()) return clock;
  clock.learned = model::LearnedClock{model::Nanoseconds{member<std::int64_t>(learned, "offset_ns")},
                                      read_quality(member<std::string>(learned, "quality")), read_source(learned),
                                      model::BootTime{model::Nanoseconds{member<std::int64_t>(learned, "at_boot_ns")}}};
  return clock;
}

core::AdapterStatus read_adapter(const ordered_json& json) {
  core::AdapterStatus adapter;
  adapter.kind = member<std::string>(json, "kind");
  adapter.name = member<std::string>(json, "name");
  adapter.part_of = member<std::string>(json, "part_of");
  adapter.state = member<std::string>(json, "state");
  adapter.problem = member<std::string>(json, "problem");
  adapter.next_step = member<std::string>(json, "next_step");
  adapter.counters = read_counters(object_in(json, "counters"));
  adapter.losses = read_counters(object_in(json, "losses"));
  return adapter;
}

/// As much as the status says of it.
core::StoreCheckReport read_check(const ordered_json& journal) {
  core::StoreCheckReport check;
  check.running = member<bool>(journal, "walking");
  if (const auto ended = model::parse_rfc3339(member<std::string>(journal, "walked_at"))) {
    check.walks = 1;
    check.ended = *ended;
  }
  const auto first = member<std::string>(journal, "first_finding");
  if (!first.empty()) check.findings.add({journal::Harm::value, {}, first});
  check.findings.count_more(member<std::uint64_t>(journal, "findings"));
  return check;
}

}  // namespace

std::string status_json(const StatusAnswer& answer, model::BootTime boot_now) {
  const auto& report = answer.report;
  ordered_json json{{"gateway", report.gateway_id},
                    {"version", report.version},
                    {"config_dir", answer.config_dir},
                    {"config_hash", report.config_hash},
                    {"applied_by", report.applied_by},
                    {"applied_at", model::to_rfc3339(report.applied_at)},
                    {"running_on_last_good", report.running_on_last_good},
                    {"timequality", to_string(report.clock.quality)},
                    {"clock", clock_json(report.clock)},
                    {"uptime_s", report.uptime.count()},
                    {"active_alarms", report.active_alarms},
                    {"chargers", report.chargers},
                    {"journal",
                     {{"state", report.journal},
                      {"pages_used", report.usage.pages_used},
                      {"pages_total", report.usage.pages_total},
                      {"outside_reader", outside_reader_json(report.usage)},
                      {"fill_percent", static_cast<int>(journal::fill(report.usage) * 100)},
                      {"pressure", to_string(report.pressure)},
                      {"gaps", report.gaps},
                      {"notes", report.store_notes},
                      {"walked_at", nullptr},
                      {"walking", report.store_check.running},
                      {"findings", report.store_check.findings.count()},
                      {"first_finding", nullptr}}},
                    {"held_billing", held_billing_json(report.held_billing)},
                    {"flash", flash_json(report.flash)}};
  const auto& check = report.store_check;
  if (check.walks > 0) json["journal"]["walked_at"] = model::to_rfc3339(check.ended);
  if (check.findings.count() > 0) json["journal"]["first_finding"] = text_of(check.findings.kept().front());
  for (std::size_t i = 0; i < report.classes.size(); ++i)
    json["classes"][class_name(i)] = class_json(report.classes[i]);
  json["endpoints"] = ordered_json::array();
  for (const auto& endpoint : report.endpoints) json["endpoints"].push_back(endpoint_json(endpoint, boot_now));
  json["adapters"] = ordered_json::array();
  for (const auto& adapter : report.adapters) json["adapters"].push_back(adapter_json(adapter));
  return json.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

std::string clock_only(std::string_view body) {
  const auto json = ordered_json::parse(body, nullptr, false);
  ordered_json out{{"clock", object_in(json, "clock")}, {"waiting", ordered_json::array()}};
  for (const auto& endpoint : array_in(json, "endpoints")) {
    if (member<bool>(endpoint, "waits_for_clock")) out["waiting"].push_back(member<std::string>(endpoint, "name"));
  }
  return out.dump();
}

model::Result<StatusAnswer> read_status(std::string_view body) {
  const auto json = ordered_json::parse(body, nullptr, false);
  if (!json.is_object() || !json.contains("gateway")) {
    return unexpected_answer();
  }
  StatusAnswer answer;
  auto& report = answer.report;
  answer.config_dir = member<std::string>(json, "config_dir");
  report.gateway_id = member<std::string>(json, "gateway");
  report.version = member<std::string>(json, "version");
  report.config_hash = member<std::string>(json, "config_hash");
  report.applied_by = member<std::string>(json, "applied_by");
  report.applied_at = model::parse_rfc3339(member<std::string>(json, "applied_at")).value_or(model::WallTime{});
  report.running_on_last_good = member<bool>(json, "running_on_last_good");
  report.clock = read_clock(object_in(json, "clock"));
  report.uptime = std::chrono::seconds{member<std::int64_t>(json, "uptime_s")};
  report.active_alarms = member<std::uint64_t>(json, "active_alarms");
  report.chargers = member<std::uint64_t>(json, "chargers");
  const auto journal = object_in(json, "journal");
  report.journal = member<std::string>(journal, "state");
  report.usage = {member<std::uint64_t>(journal, "pages_total"), member<std::uint64_t>(journal, "pages_used"), {}};
  read_outside_reader(journal, report.usage);
  report.pressure = read_pressure(member<std::string>(journal, "pressure"));
  report.gaps = member<std::uint64_t>(journal, "gaps");
  for (const auto& note : array_in(journal, "notes")) {
    if (note.is_string()) report.store_notes.push_back(note.get<std::string>());
  }
  report.store_check = read_check(journal);
  report.held_billing = read_held_billing(object_in(json, "held_billing"));
  report.flash = read_flash(object_in(json, "flash"));
  const auto classes = object_in(json, "classes");
  for (std::size_t i = 0; i < report.classes.size(); ++i) {
    const auto counters = object_in(classes, class_name(i));
    report.classes[i] = read_class(counters);
  }
  for (const auto& endpoint : array_in(json, "endpoints")) report.endpoints.push_back(read_endpoint(endpoint));
  for (const auto& adapter : array_in(json, "adapters")) report.adapters.push_back(read_adapter(adapter));
  return answer;
}

}  // namespace chargehook::api
