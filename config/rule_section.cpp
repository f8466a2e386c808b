#include <algorithm>
#include <array>
#include <utility>

#include "config/sections.hpp"

namespace chargehook::config {
namespace {

using namespace std::chrono_literals;

constexpr std::array<std::string_view, 5> severities{"info", "low", "medium", "high", "critical"};
constexpr std::array<std::string_view, 3> missings{"hold", "raise", "clear"};
constexpr std::array<std::string_view, 2> events{"load_management", "fault"};
constexpr Bounds<std::chrono::milliseconds> hold_bounds{0ms, 24h * 366};
constexpr std::size_t text_bytes_max = 2000;  // of each text and expression: docs/rules.md

/// Reads the keys of one rule and remembers where each text stands: the compiler's errors point into them.
class RuleReader {
 public:
  RuleReader(MapReader& item, RuleDraft& out) : item_(item), out_(out) {}

  /// An expression, or a text that people read.
  void text(std::string_view key, Need need, std::string& into) {
    const bool expression = key == "each" || key == "when" || key == "clear";
    auto written = expression ? item_.text(key, need, text_bytes_max) : item_.free_text(key, need, text_bytes_max);
    if (!written) return;
    const bool in_quotes =
        !item_.report().lines().rest(written->place.line, written->place.column).starts_with(written->text);
    if (in_quotes) ++written->place.column;
    out_.places.emplace(std::string(key), written->place);
    into = std::move(written->text);
  }
  void duration(std::string_view key, model::Nanoseconds& into) {
    if (const auto value = item_.duration(key, Need::optional, hold_bounds)) into = *value;
  }
  void severity() {
    if (const auto word = item_.one_of("severity", Need::optional, severities)) {
      out_.rule.severity = *model::parse_severity(word->text);
    }
  }
  void missing() {
    const auto word = item_.one_of("missing", Need::optional, missings);
    if (!word) return;
    out_.rule.missing = word->text == "raise"   ? rules::Missing::raise
                        : word->text == "clear" ? rules::Missing::clear
                                                : rules::Missing::hold;
  }
  void event() {
    const auto word = item_.one_of("event", Need::optional, events);
    if (word) out_.rule.kind = word->text == "fault" ? rules::AlarmKind::fault : rules::AlarmKind::load_management;
  }

 private:
  MapReader& item_;
  RuleDraft& out_;
};

void read_rule(MapReader& item, Draft& draft) {
  const auto errors_before = item.report().errors();
  RuleDraft out;
  out.file = item.report().lines().path();
  out.place = item.place();
  const auto id = item.name("id", Need::required);
  if (id) {
    out.places.emplace("id", id->place);
    out.rule.id = id->text;
  }
  RuleReader reader{item, out};
  reader.text("title", Need::required, out.rule.title);
  reader.text("each", Need::optional, out.rule.each);
  reader.text("when", Need::required, out.rule.when);
  reader.text("clear", Need::optional, out.rule.clear);
  reader.duration("for", out.rule.raise_after);
  reader.duration("clear_for", out.rule.clear_after);
  reader.severity();
  reader.missing();
  reader.event();
  reader.text("cause", Need::optional, out.rule.cause);
  reader.text("advice", Need::optional, out.rule.advice);
  reader.text("text", Need::optional, out.rule.text);
  item.finish();
  const bool sound = item.report().errors() == errors_before;  // else the compiler would say the same again
  if (id && draft.names.claim("rule", *id, item.report()) && sound) draft.rules.push_back(std::move(out));
}

Place place_of(const RuleDraft& rule, const rules::RuleDiagnostic& found) {
  const auto text = rule.places.find(found.key);
  if (text == rule.places.end()) return rule.place;
  Place place = text->second;
  place.column += static_cast<int>(found.diagnostic.place.offset);
  place.length = static_cast<int>(std::max<std::size_t>(found.diagnostic.place.length, 1));
  return place;
}

/// Errors that say that something is not there.
bool is_about_names(std::string_view code) {
  constexpr std::array<std::string_view, 10> codes{"E220", "E221", "E222", "E223", "E224",
                                                   "E225", "E230", "E231", "E232", "W250"};
  return std::ranges::find(codes, code) != codes.end();
}

}  // namespace

void read_rules_file(MapReader& top, Draft& draft) {
  for (MapReader& item : top.maps("rules", Need::required)) read_rule(item, draft);
  top.finish(where_section_belongs);
}

void compile_rules(Draft& draft, bool site_is_sound, const ReportOn& report_on) {
  std::vector<rules::RuleConfig> configs;
  configs.reserve(draft.rules.size());
  for (const auto& rule : draft.rules) configs.push_back(rule.rule);
  auto compiled = rules::compile_rules(draft.generation.site, draft.generation.topology, configs);
  for (auto& found : compiled.diagnostics) {
    if (!site_is_sound && is_about_names(found.diagnostic.code)) continue;
    const auto& rule = draft.rules[found.rule];
    const auto place = place_of(rule, found);
    report_on(rule.file, [&](Report& report) {
      auto& said = found.diagnostic;
      if (said.code.starts_with('W')) {
        report.warning(place, said.code, std::move(said.message), std::move(said.help));
      } else {
        report.error(place, said.code, std::move(said.message), std::move(said.help));
      }
    });
  }
  draft.generation.rules = std::move(compiled.set);
}

}  // namespace chargehook::config
