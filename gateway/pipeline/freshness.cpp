#include "pipeline/freshness.hpp"

namespace chargehook::pipeline {

Freshness::Watched& Freshness::watched_of(const model::Reading& reading, std::uint32_t& index) {
  auto device = index_.find(std::string_view{reading.device});
  if (device == index_.end()) device = index_.try_emplace(reading.device).first;
  for (const auto& [signal, at] : device->second) {
    if (signal == reading.signal) return watched_[index = at];
  }
  index = static_cast<std::uint32_t>(watched_.size());
  device->second.emplace_back(reading.signal, index);
  return watched_.emplace_back();
}

void Freshness::take(const model::Now& now, const model::Reading& reading) {
  if (reading.good_for <= model::Nanoseconds{0} || reading.quality == model::Quality::stale) return;
  std::uint32_t index = 0;
  auto& watched = watched_of(reading, index);
  watched.reading = reading;
  watched.good_until = now.boot + reading.good_for;
  if (watched.queued_for && *watched.queued_for <= watched.good_until) return;  // looked at then, and queued again
  queue(watched, index);
}

void Freshness::queue(Watched& watched, std::uint32_t index) {
  watched.queued_for = watched.good_until;
  ends_.push({watched.good_until, index});
}

void Freshness::tick(const model::Now& now, std::vector<model::Reading>& stale) {
  while (!ends_.empty() && ends_.top().at <= now.boot) {
    const auto end = ends_.top();
    ends_.pop();
    auto& watched = watched_[end.watched];
    if (watched.queued_for != end.at) continue;  // an earlier one was queued after it
    if (watched.good_until > now.boot) {
      queue(watched, end.watched);
      continue;
    }
    watched.queued_for.reset();
    watched.reading.quality = model::Quality::stale;
    watched.reading.received = now.wall;
    stale.push_back(watched.reading);
  }
}

std::optional<model::BootTime> Freshness::next_deadline() const {
  return ends_.empty() ? std::nullopt : std::optional{ends_.top().at};
}

}  // namespace chargehook::pipeline
