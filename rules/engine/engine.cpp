#include "rules/engine/engine.hpp"

#include <algorithm>
#include <utility>

#include "model/event_id.hpp"
#include "model/result.hpp"
#include "rules/engine/alarm_events.hpp"

namespace chargehook::rules {

namespace {

/// Wall time of a moment at or before this step.
model::WallTime wall_at(const model::Now& now, model::BootTime at) { return now.wall - (now.boot - at); }

Truth counted(Truth truth, Missing missing, bool of_condition) {
  if (truth != Truth::unknown || missing == Missing::hold) return truth;
  return (missing == Missing::raise) == of_condition ? Truth::yes : Truth::no;
}

constexpr Sample not_yet{unknown_value, model::Quality::invalid, true};

bool same(const Sample& a, const Sample& b) {
  const bool same_value = a.value == b.value || (std::isnan(a.value) && std::isnan(b.value));
  return same_value && a.quality == b.quality && a.awaited == b.awaited;
}

}  // namespace

Engine::Engine(RuleSetPtr rules, std::string store) : rules_(std::move(rules)), store_(std::move(store)) {
  CHARGEHOOK_ASSERT(rules_ != nullptr);
  samples_.resize(rules_->slots().size(), not_yet);
  known_.resize(rules_->slots().size());
  running_.resize(rules_->instances().size());
  deadlines_.reset(running_.size());
}

void Engine::restore(const model::Now& now, const std::map<std::string, std::string>& rows, Events& out) {
  for (auto row = rows.lower_bound(std::string{state_prefix}); row != rows.end(); ++row) {
    if (!row->first.starts_with(state_prefix)) break;
    auto parsed = parse_alarm_row(row->second);
    if (!parsed) {
      ++counters_.rows_refused;
      continue;
    }
    adopt(now, row->first.substr(state_prefix.size()), std::move(*parsed), out);
  }
  await_values(now);
}

/// One row of the store goes to its instance, or the alarm in it ends.
void Engine::adopt(const model::Now& now, std::string key, AlarmRow row, Events& out) {
  Running running;
  running.machine = AlarmMachine::restored(row.alarm.has_value());
  running.raises = row.raises;
  running.alarm = std::move(row.alarm);
  if (const auto instance = rules_->find_instance(key)) {
    return adopt_running(*instance, std::move(running), row.stateful_hash, now, out);
  }
  retired_[key] = running.raises;
  if (!running.alarm) return;
  clear(running, now, now.boot, gone_because(key), out);
  save(key, running, {});
}

/// What ran before goes on in this instance, unless its rule has become another.
void Engine::adopt_running(std::uint32_t instance, Running running, const std::string& stateful_hash,
                           const model::Now& now, Events& out) {
  Running& target = running_[instance];
  const bool goes_on = stateful_hash == rules_->rule_of(instance).stateful_hash;
  if (!goes_on && running.alarm) {
    clear(running, now, now.boot, "rule_removed", out);
    target.raises = running.raises;
    return save(instance);
  }
  if (goes_on) {
    target = std::move(running);
  } else {
    target.raises = running.raises;
  }
}

std::string_view Engine::gone_because(std::string_view row_key) const {
  return rules_->has_rule(row_key.substr(0, row_key.find('/'))) ? "device_removed" : "rule_removed";
}

void Engine::on_reading(const model::Now& now, const model::Reading& reading, Events& out) {
  on_timer(now, out);  // what was due before this reading came must not see it
  ++counters_.readings;
  const auto slot = rules_->find_slot(reading.device, reading.signal);
  if (!slot) {
    ++counters_.unread;
    return;
  }
  Known& known = known_[*slot];
  known.arrived = now.boot;
  const auto* word = std::get_if<std::string>(&reading.value);
  if (word && is_status(*slot)) known.word = *word;
  const Sample sample = sample_of(*slot, reading);
  if (same(sample, samples_[*slot])) {
    ++counters_.unchanged;
    return;
  }
  samples_[*slot] = sample;
  for (const std::uint32_t instance : rules_->touched(*slot)) look(instance, now, out);
}

Sample Engine::sample_of(std::uint32_t slot, const model::Reading& reading) const {
  Sample sample{unknown_value, reading.quality};
  if (!is_usable(reading.quality)) return sample;
  if (is_status(slot)) {
    const auto* word = std::get_if<std::string>(&reading.value);
    if (word) sample.value = rules_->word(*word);
    return sample;
  }
  if (const auto* number = std::get_if<double>(&reading.value)) sample.value = *number;
  if (const auto* energy = std::get_if<model::MilliwattHours>(&reading.value)) {
    sample.value = static_cast<double>(energy->value);
  }
  return sample;
}

bool Engine::is_status(std::uint32_t slot) const {
  return model::signal(rules_->slots()[slot].signal).kind == model::SignalKind::status;
}

std::optional<model::BootTime> Engine::next_deadline() const {
  const auto due = deadlines_.next();
  if (!due || !grace_end_) return due ? due : grace_end_;
  return std::min(*due, *grace_end_);
}

void Engine::on_timer(const model::Now& now, Events& out) {
  if (grace_end_ && *grace_end_ <= now.boot) {
    fire_until(*grace_end_, now, out);
    end_grace(now, out);
  }
  fire_until(now.boot, now, out);
}

void Engine::fire_until(model::BootTime until, const model::Now& now, Events& out) {
  while (const auto instance = deadlines_.take_due(until)) {
    Running& running = running_[*instance];
    const AlarmTiming& timing = rules_->instances()[*instance].timing;
    const auto at = running.machine.deadline(timing);
    if (!at) continue;
    carry_out(*instance, running.machine.settle(*at, timing), now, *at, out);
  }
}

Truth Engine::truth_of(std::uint32_t instance) {
  ++counters_.evaluations;
  const Instance& compiled = rules_->instances()[instance];
  const bool of_condition = running_[instance].machine.watches_condition();
  const Truth truth = evaluate(of_condition ? compiled.when : compiled.clear, samples_);
  return grace_end_ ? truth : counted(truth, compiled.missing, of_condition);
}

/// Something that this instance reads has changed.
void Engine::look(std::uint32_t instance, const model::Now& now, Events& out) {
  AlarmMachine& machine = running_[instance].machine;
  const AlarmTiming& timing = rules_->instances()[instance].timing;
  const AlarmState before = machine.state();
  const Truth truth = truth_of(instance);
  if (before == AlarmState::normal && truth != Truth::yes) return;  // nearly every reading ends here
  carry_out(instance, machine.observe(truth, now.boot, timing), now, now.boot, out);
}

/// @param at when the change became due; not after now
void Engine::carry_out(std::uint32_t instance, AlarmChange change, const model::Now& now, model::BootTime at,
                       Events& out) {
  Running& running = running_[instance];
  if (change == AlarmChange::raised) {
    raise(instance, now, at, out);
    // From here on the condition to clear counts, and no reading need come to make it true.
    const AlarmTiming& timing = rules_->instances()[instance].timing;
    change = running.machine.observe(truth_of(instance), at, timing);
  }
  if (change == AlarmChange::cleared) {
    clear(running, now, at, "condition", out);
    save(instance);
  }
  deadlines_.set(instance, running.machine.deadline(rules_->instances()[instance].timing));
}

void Engine::raise(std::uint32_t instance, const model::Now& now, model::BootTime at, Events& out) {
  Running& running = running_[instance];
  ++running.raises;
  ++counters_.raised;
  running.alarm = make_alarm(instance, wall_at(now, at));
  running.raised_boot = at;
  out.push_back(raised_event_of(instance, now, at));
  save(instance);
}

Alarm Engine::make_alarm(std::uint32_t instance, model::WallTime raised) const {
  const Rule& rule = rules_->rule_of(instance);
  const InstanceTexts& texts = rules_->texts(instance);
  Alarm alarm;
  alarm.incident = model::make_id(
      "inc_", {rules_->site().id, store_, rule.id, texts.key, std::to_string(running_[instance].raises)});
  alarm.rule = rule.id;
  alarm.rule_version = rule.version;
  alarm.severity = rule.severity;
  alarm.raised = raised;
  alarm.about = texts.about;
  return alarm;
}

model::Event Engine::raised_event_of(std::uint32_t instance, const model::Now& now, model::BootTime at) const {
  const InstanceTexts& texts = rules_->texts(instance);
  const Running& running = running_[instance];
  std::vector<WhyValue> values;
  Why why;
  why.comparison = rules_->instances()[instance].when.comparison;
  for (const ShownInput& input : texts.shown) {
    const Slot& slot = rules_->slots()[input.slot];
    const Known& known = known_[input.slot];
    const auto age = known.arrived ? std::optional{now.boot - *known.arrived} : std::nullopt;
    if (why.comparison && rules_->instances()[instance].when.comparison->slot == input.slot) {
      why.comparison->slot = static_cast<std::uint32_t>(values.size());
    }
    values.push_back({slot.device, input.written, &model::signal(slot.signal), samples_[input.slot], known.word, age});
  }
  why.values = values;
  why.held = at - running.machine.since();
  why.cause = texts.cause;
  why.advice = texts.advice;
  why.text = texts.text;
  return raised_event(rules_->site(), *running.alarm, why, now.quality);
}

void Engine::clear(Running& running, const model::Now& now, model::BootTime at, std::string_view cleared_by,
                   Events& out) {
  const model::WallTime cleared = wall_at(now, at);
  const model::Nanoseconds lasted = running.raised_boot ? at - *running.raised_boot : cleared - running.alarm->raised;
  out.push_back(cleared_event(rules_->site(), *running.alarm, cleared_by, cleared, lasted, now.quality));
  ++counters_.cleared;
  running.alarm.reset();
  running.raised_boot.reset();
}

void Engine::replace_rules(const model::Now& now, RuleSetPtr rules, Events& out) {
  CHARGEHOOK_ASSERT(rules != nullptr);
  on_timer(now, out);  // by the rules that were in force when it became due
  const RuleSetPtr old_rules = std::exchange(rules_, std::move(rules));
  std::vector<Running> old_running = std::exchange(running_, std::vector<Running>(rules_->instances().size()));
  deadlines_.reset(running_.size());
  carry_values(*old_rules, std::exchange(samples_, {}), std::exchange(known_, {}));
  for (std::uint32_t old = 0; old < old_running.size(); ++old) {
    const std::string key = old_rules->row_key(old);
    Running& running = old_running[old];
    if (const auto instance = rules_->find_instance(key)) {
      adopt_running(*instance, std::move(running), old_rules->rule_of(old).stateful_hash, now, out);
      continue;
    }
    if (running.raises > 0) retired_[key] = running.raises;
    if (!running.alarm) continue;
    clear(running, now, now.boot, gone_because(key), out);
    save(key, running, {});
  }
  for (std::uint32_t instance = 0; instance < running_.size(); ++instance) {
    const auto retired = retired_.find(rules_->row_key(instance));
    if (retired == retired_.end()) continue;
    running_[instance].raises = retired->second;
    retired_.erase(retired);
  }
  await_values(now);
  evaluate_all(now, out);
}

/// Values stay with their signals; status words get the numbers of the new set.
void Engine::carry_values(const RuleSet& from, std::vector<Sample> samples, std::vector<Known> known) {
  samples_.resize(rules_->slots().size(), not_yet);
  known_.resize(rules_->slots().size());
  for (std::uint32_t slot = 0; slot < samples_.size(); ++slot) {
    const Slot& wanted = rules_->slots()[slot];
    const auto old = from.find_slot(wanted.device, wanted.signal);
    if (!old) continue;
    samples_[slot] = samples[*old];
    known_[slot] = std::move(known[*old]);
    if (is_status(slot) && !std::isnan(samples_[slot].value)) samples_[slot].value = rules_->word(known_[slot].word);
  }
}

void Engine::await_values(const model::Now& now) {
  if (std::ranges::any_of(samples_, &Sample::awaited)) grace_end_ = now.boot + start_grace;
}

/// What has not come by now is missing; a condition may be true for that alone.
void Engine::end_grace(const model::Now& now, Events& out) {
  grace_end_.reset();
  for (Sample& sample : samples_) sample.awaited = false;
  evaluate_all(now, out);
}

/// What may be true although no reading comes.
void Engine::evaluate_all(const model::Now& now, Events& out) {
  for (std::uint32_t instance = 0; instance < running_.size(); ++instance) {
    look(instance, now, out);
    deadlines_.set(instance, running_[instance].machine.deadline(rules_->instances()[instance].timing));
  }
}

void Engine::save(std::uint32_t instance) {
  save(rules_->row_key(instance), running_[instance], rules_->rule_of(instance).stateful_hash);
}

void Engine::save(const std::string& row_key, const Running& running, const std::string& stateful_hash) {
  changed_[row_key] = to_text({running.raises, running.alarm ? stateful_hash : std::string{}, running.alarm});
}

std::vector<StateChange> Engine::take_changed_state() {
  std::vector<StateChange> changes;
  for (auto& [key, value] : changed_) changes.push_back({std::string{state_prefix} + key, std::move(value)});
  changed_.clear();
  return changes;
}

std::vector<const Alarm*> Engine::active_alarms() const {
  std::vector<const Alarm*> alarms;
  for (const Running& running : running_) {
    if (running.alarm) alarms.push_back(&*running.alarm);
  }
  return alarms;
}

}  // namespace chargehook::rules
