#include "judge/time_judge.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <optional>

namespace chargehook::simulation {
namespace {

constexpr std::string_view mark = "~time";
constexpr std::int64_t tolerance_ns = 1'500'000'000;

/// "2026-11-24T06:12:09.120Z" as nanoseconds since 1970.
std::optional<std::int64_t> nanoseconds_of(const std::string& text) {
  int year = 0;
  unsigned month = 0, day = 0, hour = 0, minute = 0, second = 0, millisecond = 0;
  const int read = std::sscanf(text.c_str(), "%4d-%2u-%2uT%2u:%2u:%2u.%3uZ", &year, &month, &day, &hour, &minute,
                               &second, &millisecond);
  if (read != 7) return std::nullopt;
  const std::chrono::sys_days date{std::chrono::year{year} / static_cast<int>(month) / static_cast<int>(day)};
  const auto seconds = std::chrono::sys_seconds{date}.time_since_epoch().count() + hour * 3600 + minute * 60 + second;
  return seconds * 1'000'000'000 + static_cast<std::int64_t>(millisecond) * 1'000'000;
}

}  // namespace

std::string time_revision_of(std::string_view id) { return std::string{id} + std::string{mark}; }

std::string revised_by(std::string_view id) {
  return id.ends_with(mark) ? std::string{id.substr(0, id.size() - mark.size())} : std::string{};
}

void TimeJudge::clock_is_known(std::int64_t error_ns) { boots_.back().push_back(error_ns); }

void TimeJudge::handed_in(const std::string& reference, std::int64_t true_ns) {
  handed_in_[reference].push_back({true_ns, boots_.size() - 1});
}

void TimeJudge::first_sent(const WireEvent& event) {
  const std::string revised = revised_by(event.id);
  ++(revised.empty() ? originals_[event.id] : revisions_[revised]);
}

/// What was accepted twice under one id may be revised twice.
void TimeJudge::close() {
  for (const auto& [id, count] : revisions_) {
    const auto original = originals_.find(id);
    if (count > (original == originals_.end() ? 1 : original->second)) complaints_.say(id + ": is revised twice");
  }
}

void TimeJudge::sent(const WireEvent& event, const std::string& reference) {
  check_revision(event);
  if (event.time_quality != "corrected" || !handed_in_.contains(reference)) return;
  const auto time = nanoseconds_of(event.time);
  if (!time || !is_possible(reference, *time)) {
    complaints_.say(event.id + ": its corrected time " + event.time + " is that of no clock that was right");
  }
}

bool TimeJudge::is_possible(const std::string& reference, std::int64_t time_ns) const {
  return std::ranges::any_of(handed_in_.at(reference), [&](const Moment& moment) {
    const auto is_near = [&](std::int64_t error_ns) {
      const std::int64_t off = time_ns - moment.true_ns - error_ns;
      return off > -tolerance_ns && off < tolerance_ns;
    };
    return is_near(0) || std::ranges::any_of(boots_[moment.boot], is_near);
  });
}

void TimeJudge::check_revision(const WireEvent& event) {
  if (revised_by(event.id) != event.revises) complaints_.say(event.id + ": revises " + event.revises);
  if (!event.revises.empty() && event.time_quality != "corrected") {
    complaints_.say(event.id + ": a revision whose time is " + event.time_quality);
  }
}

}  // namespace chargehook::simulation
