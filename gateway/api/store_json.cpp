#include "api/store_json.hpp"

#include <nlohmann/json.hpp>

#include "api/json_members.hpp"
#include "model/event_id.hpp"

namespace chargehook::api {

using nlohmann::ordered_json;

namespace {

constexpr std::array<std::string_view, 4> harm_names{"value", "row", "numbers", "structure"};

std::string name_of(journal::Harm harm) { return std::string{harm_names.at(static_cast<std::size_t>(harm))}; }

journal::Harm read_harm(const std::string& name) {
  for (std::size_t index = 0; index < harm_names.size(); ++index) {
    if (harm_names[index] == name) return static_cast<journal::Harm>(index);
  }
  return journal::Harm::structure;
}

std::string class_name(std::size_t index) { return std::string{to_string(static_cast<model::EventClass>(index))}; }

ordered_json place_json(const std::optional<journal::LogPlace>& place) {
  if (!place) return nullptr;
  return {{"sequence", place->sequence}, {"recorded", model::to_rfc3339(place->recorded)}};
}

std::optional<journal::LogPlace> read_place(const ordered_json& object, const std::string& name) {
  const auto json = object_in(object, name);
  if (json.empty()) return std::nullopt;
  return journal::LogPlace{member<std::uint64_t>(json, "sequence"),
                           model::parse_rfc3339(member<std::string>(json, "recorded")).value_or(model::WallTime{})};
}

ordered_json stream_json(const journal::StreamStats& stream) {
  return {{"endpoint", stream.endpoint},
          {"class", to_string(stream.id.event_class)},
          {"generation", stream.id.generation},
          {"closed", stream.closed},
          {"cursor", stream.cursor},
          {"n", stream.n},
          {"behind_at_most", stream.behind},
          {"oldest_behind", place_json(stream.oldest_behind)},
          {"pending", stream.pending}};
}

journal::StreamStats read_stream(const ordered_json& json) {
  journal::StreamStats stream;
  stream.endpoint = member<std::string>(json, "endpoint");
  const auto name = member<std::string>(json, "class");
  for (std::size_t index = 0; index < model::event_class_count; ++index) {
    if (class_name(index) == name) stream.id.event_class = static_cast<model::EventClass>(index);
  }
  stream.id.generation = member<std::uint32_t>(json, "generation");
  stream.closed = member<bool>(json, "closed");
  stream.cursor = member<std::uint64_t>(json, "cursor");
  stream.n = member<std::uint64_t>(json, "n");
  stream.behind = member<std::uint64_t>(json, "behind_at_most");
  stream.oldest_behind = read_place(json, "oldest_behind");
  stream.pending = member<std::uint64_t>(json, "pending");
  return stream;
}

std::string dump(const ordered_json& json) { return json.dump(-1, ' ', false, ordered_json::error_handler_t::replace); }

}  // namespace

std::string store_check_json(const core::StoreCheckReport& report) {
  ordered_json json{{"running", report.running},
                    {"walks", report.walks},
                    {"records_seen", report.records_seen},
                    {"records_total", report.records_total},
                    {"rows_seen", report.rows_seen},
                    {"ended", nullptr},
                    {"reason", nullptr},
                    {"findings_total", report.findings.count()},
                    {"findings", ordered_json::array()}};
  if (report.walks > 0) json["ended"] = model::to_rfc3339(report.ended);
  if (!report.reason.empty()) json["reason"] = report.reason;
  for (const auto& finding : report.findings.kept()) {
    json["findings"].push_back({{"harm", name_of(finding.harm)}, {"where", finding.where}, {"what", finding.what}});
  }
  return dump(json);
}

model::Result<core::StoreCheckReport> read_store_check(std::string_view body) {
  const auto json = ordered_json::parse(body, nullptr, false);
  if (!json.is_object() || !json.contains("findings")) return unexpected_answer();
  core::StoreCheckReport report;
  report.running = member<bool>(json, "running");
  report.walks = member<std::uint64_t>(json, "walks");
  report.records_seen = member<std::uint64_t>(json, "records_seen");
  report.records_total = member<std::uint64_t>(json, "records_total");
  report.rows_seen = member<std::uint64_t>(json, "rows_seen");
  report.ended = model::parse_rfc3339(member<std::string>(json, "ended")).value_or(model::WallTime{});
  report.reason = member<std::string>(json, "reason");
  for (const auto& finding : array_in(json, "findings")) {
    report.findings.add({read_harm(member<std::string>(finding, "harm")), member<std::string>(finding, "where"),
                         member<std::string>(finding, "what")});
  }
  report.findings.count_more(member<std::uint64_t>(json, "findings_total"));
  return report;
}

std::string store_stats_json(const journal::StoreStats& stats) {
  ordered_json json{{"format", stats.format},
                    {"store", model::hex(stats.store_id)},
                    {"created", model::to_rfc3339(stats.created)},
                    {"boots", stats.boots},
                    {"next_sequence", stats.next_sequence},
                    {"pages_used", stats.usage.pages_used},
                    {"pages_total", stats.usage.pages_total}};
  for (std::size_t index = 0; index < stats.classes.size(); ++index) {
    const auto& of = stats.classes[index];
    json["classes"][class_name(index)] = {{"records", of.records},
                                          {"bytes", of.bytes},
                                          {"oldest", place_json(of.oldest)},
                                          {"newest", place_json(of.newest)}};
  }
  json["streams"] = ordered_json::array();
  for (const auto& stream : stats.streams) json["streams"].push_back(stream_json(stream));
  return dump(json);
}

model::Result<journal::StoreStats> read_store_stats(std::string_view body) {
  const auto json = ordered_json::parse(body, nullptr, false);
  if (!json.is_object() || !json.contains("store")) return unexpected_answer();
  journal::StoreStats stats;
  stats.format = member<std::uint64_t>(json, "format");
  stats.store_id = std::strtoull(member<std::string>(json, "store").c_str(), nullptr, 16);
  stats.created = model::parse_rfc3339(member<std::string>(json, "created")).value_or(model::WallTime{});
  stats.boots = member<std::uint32_t>(json, "boots");
  stats.next_sequence = member<std::uint64_t>(json, "next_sequence");
  stats.usage = {member<std::uint64_t>(json, "pages_total"), member<std::uint64_t>(json, "pages_used")};
  const auto classes = object_in(json, "classes");
  for (std::size_t index = 0; index < stats.classes.size(); ++index) {
    const auto of = object_in(classes, class_name(index));
    stats.classes[index] = {member<std::uint64_t>(of, "records"), member<std::uint64_t>(of, "bytes"),
                            read_place(of, "oldest"), read_place(of, "newest")};
  }
  for (const auto& stream : array_in(json, "streams")) stats.streams.push_back(read_stream(stream));
  return stats;
}

}  // namespace chargehook::api
