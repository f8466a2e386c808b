#include <algorithm>
#include <array>
#include <chrono>

#include "config/nearest.hpp"
#include "config/sections.hpp"
#include "core/configuration/config_words.hpp"
#include "model/signal.hpp"

namespace chargehook::config {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Bounds<milliseconds> time_bounds{1s, 1h};
constexpr milliseconds every_default = 1min;
constexpr milliseconds batch_least = 1min;         // of the default: an event a minute is enough for a chart
constexpr std::int64_t intervals_per_batch = 600;  // more values of one signal do not fit into one event
constexpr std::string_view readings_type = "telemetry.readings";

struct AggregateWord {
  std::string_view word;
  pipeline::Aggregate aggregate;
};
constexpr std::array<AggregateWord, 5> aggregates{{{"mean", pipeline::Aggregate::mean},
                                                   {"last", pipeline::Aggregate::last},
                                                   {"min", pipeline::Aggregate::min},
                                                   {"max", pipeline::Aggregate::max},
                                                   {"delta", pipeline::Aggregate::delta}}};

bool is_number(const model::Signal& signal) { return signal.kind != model::SignalKind::status; }

/// "all", "meter.*", "charger.power"
bool fits(std::string_view pattern, std::string_view signal) {
  if (pattern == "all") return true;
  if (pattern.ends_with(".*")) return signal.starts_with(pattern.substr(0, pattern.size() - 1));
  return signal == pattern;
}

std::vector<std::string> known_patterns() {
  std::vector<std::string> out{"all"};
  for (const auto& signal : model::signals()) {
    if (is_number(signal)) out.emplace_back(signal.name);
    std::string group = std::string(signal.name.substr(0, signal.name.find('.'))) + ".*";
    if (std::ranges::find(out, group) == out.end()) out.push_back(std::move(group));
  }
  return out;
}

void refuse_pattern(MapReader& item, const Text& pattern) {
  if (const auto signal = model::find_signal(pattern.text)) {
    return item.error(pattern.place, "E157", in_quotes(pattern.text) + " is a word and no number",
                      "leave it out: events tell of its changes");
  }
  const auto known = known_patterns();
  const std::vector<std::string_view> words(known.begin(), known.end());
  const auto meant = nearest(pattern.text, words);
  item.error(pattern.place, "E157", "no signal fits " + in_quotes(pattern.text),
             meant.empty() ? "write meter.power, meter.*, or all: docs/rules.md has the signals of each kind"
                           : "did you mean \"" + std::string(meant) + "\"?");
}

void read_signals(MapReader& item, std::vector<model::SignalId>& out) {
  const auto patterns = item.words("signals", Need::required);
  if (!patterns) return;
  std::vector<bool> wanted(model::signals().size());
  for (const Text& pattern : *patterns) {
    bool found = false;
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      const auto& signal = model::signals()[i];
      if (!is_number(signal) || !fits(pattern.text, signal.name)) continue;
      wanted[i] = found = true;
    }
    if (!found) refuse_pattern(item, pattern);
  }
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (wanted[i]) out.push_back(static_cast<model::SignalId>(i));
  }
}

void read_aggregates(MapReader& item, std::vector<pipeline::Aggregate>& out) {
  const auto words = item.words("as", Need::optional);
  if (!words) out = {pipeline::Aggregate::mean};
  for (const Text& written : words.value_or(std::vector<Text>{})) {
    const auto known = std::ranges::find(aggregates, written.text, &AggregateWord::word);
    if (known == aggregates.end()) {
      std::vector<std::string_view> all;
      for (const auto& aggregate : aggregates) all.push_back(aggregate.word);
      item.error(written.place, "E139", in_quotes(written.text) + " is not a value of \"as\"",
                 suggestion(written.text, all));
    } else if (std::ranges::find(out, known->aggregate) != out.end()) {
      item.error(written.place, "E140", in_quotes(written.text) + " is given twice", "delete one of the two");
    } else {
      out.push_back(known->aggregate);
    }
  }
}

/// A time in whole seconds; nothing if it is not one, which is reported, or not there.
std::optional<milliseconds> read_seconds(MapReader& item, std::string_view key) {
  const auto written = item.text(key, Need::optional);
  const auto time = item.duration(key, Need::optional, time_bounds);
  if (!time || *time % 1s == 0s) return time;
  item.error(written->place, "E138", in_quotes(written->text) + " is not a whole number of seconds",
             "from 1 s to 60 min, in steps of 1 s");
  return std::nullopt;
}

/// The shortest batch of a minute or more that ends with an interval.
milliseconds usual_batch(milliseconds every) { return every * ((batch_least + every - 1ms) / every); }

void read_times(MapReader& item, pipeline::TelemetrySubscription& out) {
  const auto every = read_seconds(item, "every").value_or(every_default);
  const auto written = item.text("batch", Need::optional);
  const auto batch = read_seconds(item, "batch").value_or(usual_batch(every));
  out.every = std::chrono::duration_cast<seconds>(every);
  out.batch = std::chrono::duration_cast<seconds>(batch);
  if (!written) return;
  if (batch < every || batch % every != 0ms) {
    item.error(written->place, "E158", in_quotes(written->text) + " holds no whole number of intervals",
               "write a multiple of `every`: " +
                   core::duration_text(std::max<std::int64_t>((batch + every / 2) / every, 1) * every));
  } else if (batch / every > intervals_per_batch) {
    item.error(written->place, "E158", in_quotes(written->text) + " holds more than 600 intervals",
               "write " + core::duration_text(intervals_per_batch * every) + " or less");
  }
}

void check_sent(MapReader& item, const delivery::Filter& events) {
  if (events.text().empty() || events.matches(readings_type)) return;  // empty: it was wrong, which is said
  item.report().warning(item.place(), "E159", "the readings are not sent: `events` leaves telemetry.readings out",
                        "add telemetry.readings to events");
}

}  // namespace

void read_telemetry(MapReader& endpoint, const delivery::EndpointConfig& config, Draft& draft) {
  for (MapReader& item : endpoint.maps("telemetry", Need::optional)) {
    pipeline::TelemetrySubscription out;
    out.endpoint = config.name;
    read_signals(item, out.signals);
    read_aggregates(item, out.as);
    read_times(item, out);
    item.finish();
    check_sent(item, config.events);
    draft.generation.telemetry.push_back(std::move(out));
  }
}

}  // namespace chargehook::config
