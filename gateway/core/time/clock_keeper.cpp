#include "core/time/clock_keeper.hpp"

#include <algorithm>
#include <utility>

namespace chargehook::core {

using namespace std::chrono_literals;
using model::LearnedClock;
using model::Nanoseconds;
using model::Now;
using model::TimeQuality;
using model::TimeSource;
using model::WallTime;

namespace {

constexpr Nanoseconds step_least = 1s;  ///< what a clock moves by less is kept in step, not moved
constexpr Nanoseconds right_within = 2s;
constexpr Nanoseconds insecure_off_max = 25h;
constexpr Nanoseconds change_pause = 60s;
constexpr Nanoseconds look_often = 1s;  ///< signed deliveries wait for it
constexpr Nanoseconds look_seldom = 30s;

Nanoseconds offset_of(const Now& now) { return now.wall.time_since_epoch() - now.boot.time_since_epoch(); }

Nanoseconds distance(Nanoseconds a, Nanoseconds b) { return a < b ? b - a : a - b; }

std::size_t index(TimeSource source) { return static_cast<std::size_t>(source); }

}  // namespace

ClockKeeper::ClockKeeper(std::vector<TimeSource> trust, const journal::StoredState& stored)
    : trust_(std::move(trust)), newest_known_(stored.newest_known), boots_(stored.boots) {
  learned_ = boots_.of(boots_.present());
  if (learned_) told_[index(learned_->source)] = learned_;
}

bool ClockKeeper::trusts(TimeSource source) const { return std::ranges::find(trust_, source) != trust_.end(); }

/// Whether the machine says that its clock is right. A battery that went empty says so too: not before what was seen.
bool ClockKeeper::machine_knows() const {
  return machine_.quality == TimeQuality::synced ||
         (machine_.quality != TimeQuality::unknown && machine_.wall >= newest_known_);
}

/// The machine's own word is its clock; once it was right in this boot, boot time carries it on.
std::optional<ClockKeeper::Verdict> ClockKeeper::ask(TimeSource source) const {
  if (source == TimeSource::ntp && machine_knows()) {
    return Verdict{source, machine_.quality, machine_.wall};
  }
  const auto& told = told_[index(source)];
  if (!told) return std::nullopt;
  const TimeQuality quality = source == TimeSource::ntp ? TimeQuality::holdover : told->quality;
  return Verdict{source, quality, told->wall(machine_.boot)};
}

ClockKeeper::Verdict ClockKeeper::judge() const {
  for (const auto source : trust_) {
    if (const auto verdict = ask(source)) return *verdict;
  }
  return {TimeSource::none, TimeQuality::unknown, machine_.wall};
}

Now ClockKeeper::take(const Now& machine) {
  machine_ = machine;
  const Verdict verdict = judge();
  if (verdict.source == TimeSource::none) {
    const Nanoseconds offset = offset_of(machine);
    unknown_lowest_ = std::min(unknown_lowest_.value_or(offset), offset);
    unknown_highest_ = std::max(unknown_highest_.value_or(offset), offset);
  } else {
    note_known(verdict);
  }
  if (verdict.quality != quality_) note_change(verdict, Nanoseconds{0});
  source_ = verdict.source;
  quality_ = verdict.quality;
  is_first_ = false;
  return {verdict.wall, machine.boot, verdict.quality};
}

void ClockKeeper::note_known(const Verdict& verdict) {
  const LearnedClock fresh{offset_of({verdict.wall, machine_.boot, {}}), verdict.quality, verdict.source,
                           machine_.boot};
  if (verdict.source == TimeSource::ntp && machine_knows()) told_[index(TimeSource::ntp)] = fresh;
  const Nanoseconds step = learned_ ? fresh.offset - learned_->offset : Nanoseconds{0};
  const bool has_stepped = distance(step, Nanoseconds{0}) > step_least;
  const bool is_same = learned_ && learned_->source == fresh.source && learned_->quality == fresh.quality;
  if (is_same && !has_stepped) return;
  if (has_stepped) note_change(verdict, step);
  learned_ = fresh;
  is_learned_new_ = true;
  boots_.learn(fresh);
}

void ClockKeeper::note_change(const Verdict& verdict, Nanoseconds step) {
  if (is_first_) return;
  if (!change_) change_.emplace(ClockChange{quality_, {}, {}, {}, {}});
  change_->after = verdict.quality;
  change_->source = verdict.source;
  change_->step += step;
  change_->by = verdict.source == TimeSource::manual ? by_ : std::string{};
}

void ClockKeeper::told(const Now& now, const ToldTime& told) {
  if (!trusts(told.source) || told.time < model::earliest_time || told.time < newest_known_) return;
  const bool is_near = distance(told.time - now.wall, Nanoseconds{0}) <= insecure_off_max;
  if (!told.is_secure && !is_near) return;
  const Nanoseconds offset = offset_of({told.time, now.boot, {}});
  auto& known = told_[index(told.source)];
  if (known && distance(known->offset, offset) <= right_within) {
    known->learned_at = now.boot;
  } else {
    known = LearnedClock{offset, TimeQuality::corrected, told.source, now.boot};
  }
  static_cast<void>(take(machine_));
}

model::Result<void> ClockKeeper::accept(const std::string& by) {
  if (!trusts(TimeSource::manual)) {
    return model::Error{"trust", "clock: trust: in gateway.yaml does not name manual: nobody's word is taken"};
  }
  if (machine_.wall < model::earliest_time) {
    return model::Error{"clock", "the machine's clock shows " + model::to_rfc3339(machine_.wall) +
                                     ", which cannot be right: set it first"};
  }
  by_ = by;
  told_[index(TimeSource::manual)] =
      LearnedClock{offset_of(machine_), TimeQuality::manual, TimeSource::manual, machine_.boot};
  static_cast<void>(take(machine_));
  return model::success();
}

void ClockKeeper::restamp(model::Event& event) const {
  const bool is_ours = event.time_of == model::TimeOf::gateway && event.time_quality == TimeQuality::unknown;
  if (!is_ours || !is_known()) return;
  event.time = judge().wall - model::age_at(machine_.wall, machine_.boot, event.time);
  event.time_quality = quality_;
}

bool ClockKeeper::is_impossible() const {
  return !is_known() && machine_.wall < std::max(model::earliest_time, newest_known_);
}

bool ClockKeeper::was_right() const {
  return learned_ && unknown_lowest_ && distance(*unknown_lowest_, learned_->offset) <= right_within &&
         distance(*unknown_highest_, learned_->offset) <= right_within;
}

std::optional<LearnedClock> ClockKeeper::take_learned() {
  return std::exchange(is_learned_new_, false) ? learned_ : std::nullopt;
}

std::optional<ClockChange> ClockKeeper::take_change() {
  if (!change_ || (quiet_until_ && machine_.boot < *quiet_until_)) return std::nullopt;
  quiet_until_ = machine_.boot + change_pause;
  return std::exchange(change_, std::nullopt);
}

std::optional<model::BootTime> ClockKeeper::next_deadline() const {
  if (change_) return quiet_until_.value_or(machine_.boot);
  if (is_known()) return std::nullopt;
  const Nanoseconds pause = is_impossible() ? look_often : look_seldom;
  const Nanoseconds booted = machine_.boot.time_since_epoch();
  return model::BootTime{(booted / pause + 1) * pause};
}

ClockStatus ClockKeeper::status() const {
  ClockStatus out;
  const Verdict verdict = judge();
  out.time = verdict.wall;
  out.machine = machine_.wall;
  out.quality = verdict.quality;
  out.source = verdict.source;
  if (const auto& told = told_[index(verdict.source)]) {
    out.age = std::chrono::floor<std::chrono::seconds>(machine_.boot - told->learned_at);
  }
  out.learned = learned_;
  out.is_impossible = is_impossible();
  if (verdict.source == TimeSource::manual) out.by = by_;
  out.trust = trust_;
  return out;
}

}  // namespace chargehook::core
