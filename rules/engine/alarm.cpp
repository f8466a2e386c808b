#include "rules/engine/alarm.hpp"

#include <charconv>
#include <map>

namespace chargehook::rules {

std::string_view to_string(AlarmKind kind) { return kind == AlarmKind::fault ? "fault" : "load_management"; }

namespace {

void line(std::string& out, std::string_view name, std::string_view value) {
  out += name;
  out += '=';
  for (const char c : value) {
    if (c == '\\')
      out += "\\\\";
    else if (c == '\n')
      out += "\\n";
    else
      out += c;
  }
  out += '\n';
}

std::string unescaped(std::string_view value) {
  std::string out;
  for (std::size_t i = 0; i < value.size(); ++i) {
    const bool escape = value[i] == '\\' && i + 1 < value.size();
    if (!escape)
      out += value[i];
    else
      out += value[++i] == 'n' ? '\n' : value[i];
  }
  return out;
}

using Lines = std::map<std::string, std::string, std::less<>>;

Lines lines_of(std::string_view text) {
  Lines lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    const std::string_view whole = text.substr(0, end);
    const std::size_t equals = whole.find('=');
    if (equals == std::string_view::npos || end == std::string_view::npos) return {};
    lines.emplace(whole.substr(0, equals), unescaped(whole.substr(equals + 1)));
    text.remove_prefix(end + 1);
  }
  return lines;
}

template <class Number>
bool read(const std::string& text, Number& number) {
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  return failed == std::errc{} && end == text.data() + text.size();
}

/// Every member of an alarm that is text, under its name in the row.
template <class AnAlarm, class Visit>
void each_text(AnAlarm& alarm, Visit visit) {
  visit("incident", alarm.incident);
  visit("rule", alarm.rule);
  visit("rule_version", alarm.rule_version);
  visit("subject", alarm.about.subject);
  visit("partition_key", alarm.about.partition_key);
  visit("dedup_key", alarm.about.dedup_key);
  visit("title", alarm.about.title);
  visit("circuit", alarm.about.circuit_json);
  visit("phase", alarm.about.phase);
  visit("charger", alarm.about.charger_json);
  visit("connector", alarm.about.connector_json);
}

std::optional<Alarm> alarm_of(const Lines& lines) {
  Alarm alarm;
  bool whole = true;
  const auto text = [&](std::string_view name) {
    const auto found = lines.find(name);
    whole = whole && found != lines.end();
    return found == lines.end() ? std::string{} : found->second;
  };
  each_text(alarm, [&](std::string_view name, std::string& value) { value = text(name); });
  const std::string kind = text("kind");
  const auto severity = model::parse_severity(text("severity"));
  std::int64_t raised = 0;
  if (!read(text("raised"), raised) || !severity || !whole) return std::nullopt;
  if (kind != "fault" && kind != "load_management") return std::nullopt;
  alarm.about.kind = kind == "fault" ? AlarmKind::fault : AlarmKind::load_management;
  alarm.severity = *severity;
  alarm.raised = model::WallTime{model::Nanoseconds{raised}};
  return alarm;
}

}  // namespace

std::string to_text(const AlarmRow& row) {
  std::string out;
  line(out, "v", "1");
  line(out, "raises", std::to_string(row.raises));
  if (!row.alarm) return out;
  line(out, "stateful", row.stateful_hash);
  line(out, "kind", to_string(row.alarm->about.kind));
  line(out, "severity", model::to_string(row.alarm->severity));
  line(out, "raised", std::to_string(row.alarm->raised.time_since_epoch().count()));
  each_text(*row.alarm, [&](std::string_view name, const std::string& value) { line(out, name, value); });
  return out;
}

std::optional<AlarmRow> parse_alarm_row(std::string_view text) {
  const Lines lines = lines_of(text);
  const auto version = lines.find("v");
  const auto raises = lines.find("raises");
  AlarmRow row;
  if (version == lines.end() || version->second != "1") return std::nullopt;
  if (raises == lines.end() || !read(raises->second, row.raises)) return std::nullopt;
  const auto stateful = lines.find("stateful");
  if (stateful == lines.end()) return row;
  row.stateful_hash = stateful->second;
  row.alarm = alarm_of(lines);
  return row.alarm ? std::optional{row} : std::nullopt;
}

}  // namespace chargehook::rules
