#include "pipeline/telemetry.hpp"

#include <algorithm>
#include <utility>

#include "model/event_id.hpp"
#include "model/json_text.hpp"

namespace chargehook::pipeline {

namespace {

/// A larger batch is sent as several events: an event's data is at most 60 KiB. One series of config's largest batch
/// (600 intervals) takes at most 26 KiB.
constexpr std::size_t series_bytes_max = 56 * 1024;

}  // namespace

std::string_view to_string(Aggregate aggregate) {
  switch (aggregate) {
    case Aggregate::last:
      return "last";
    case Aggregate::mean:
      return "mean";
    case Aggregate::min:
      return "min";
    case Aggregate::max:
      return "max";
    case Aggregate::delta:
      return "delta";
  }
  return "last";
}

Telemetry::Telemetry(model::Site site, std::string run) : site_(std::move(site)), run_(std::move(run)) {}

void Telemetry::configure(const model::Now& now, const std::vector<TelemetrySubscription>& subscriptions) {
  std::vector<Running> next;
  for (const auto& subscription : subscriptions) {
    const auto known = std::ranges::find(running_, subscription, &Running::subscription);
    next.push_back(known != running_.end() ? std::move(*known) : begin(now, subscription));
  }
  running_ = std::move(next);
}

Telemetry::Running Telemetry::begin(const model::Now& now, const TelemetrySubscription& subscription) const {
  Running running;
  running.subscription = subscription;
  running.wanted.resize(model::signals().size());
  for (const auto signal : subscription.signals) running.wanted[static_cast<std::size_t>(signal)] = true;
  running.interval_end = now.boot + subscription.every;
  start_batch(running, now.wall);
  return running;
}

void Telemetry::start_batch(Running& running, model::WallTime from) const {
  running.from = from;
  running.intervals_left = running.subscription.batch / running.subscription.every;
  for (auto& [key, series] : running.series) series.clear();
}

void Telemetry::take(const model::Reading& reading) {
  for (auto& running : running_) {
    if (!running.wanted[static_cast<std::size_t>(reading.signal)]) continue;
    auto found = running.series.find({reading.device, reading.signal});
    if (found == running.series.end()) {
      if (running.series.size() >= series_max) {
        ++left_out_;
        continue;
      }
      found = running.series.emplace(Key{reading.device, reading.signal}, Series{reading.signal}).first;
    }
    found->second.take(reading);
  }
}

void Telemetry::tick(const model::Now& now, std::vector<model::Event>& out) {
  for (auto& running : running_) {
    while (running.interval_end <= now.boot) end_interval(running, now, out);
  }
}

void Telemetry::end_interval(Running& running, const model::Now& now, std::vector<model::Event>& out) {
  for (auto& [key, series] : running.series) series.close_interval();
  running.interval_end += running.subscription.every;
  if (--running.intervals_left > 0) return;
  for (auto& event : events_of(running, now)) out.push_back(std::move(event));
  start_batch(running, now.wall);
}

std::vector<model::Event> Telemetry::events_of(Running& running, const model::Now& now) {
  std::vector<model::Event> events;
  std::string text;
  std::string one;
  for (const auto& [key, series] : running.series) {
    if (!series.has_values()) continue;
    for (const auto aggregate : running.subscription.as) {
      one.clear();
      series.append_json(one, key.first, aggregate, running.subscription.every);
      if (!text.empty() && text.size() + one.size() > series_bytes_max) {
        events.push_back(make_event(running, now, std::exchange(text, {})));
      }
      text.append(text.empty() ? "" : ",").append(one);
    }
  }
  if (!text.empty()) events.push_back(make_event(running, now, std::move(text)));
  return events;
}

model::Event Telemetry::make_event(const Running& running, const model::Now& now, std::string series) {
  model::Event event;
  event.id = model::make_id("evt_", {site_.id, "telemetry", run_, std::to_string(made_++)});
  event.type = "telemetry.readings";
  event.subject = "telemetry/" + running.subscription.endpoint;
  event.partition_key = event.subject;
  event.event_class = model::EventClass::telemetry;
  event.time = now.wall;
  event.time_quality = now.quality;
  model::JsonObject{event.data}
      .add("site_id", site_.id)
      .add("from", model::to_rfc3339(running.from))
      .add("to", model::to_rfc3339(now.wall))
      .add("every_s", running.subscription.every.count())
      .add_json("series", "[" + series + "]")
      .end();
  return event;
}

std::optional<model::BootTime> Telemetry::next_deadline() const {
  std::optional<model::BootTime> earliest;
  for (const auto& running : running_) model::keep_earlier(earliest, running.interval_end);
  return earliest;
}

}  // namespace chargehook::pipeline
