#include "pipeline/pipeline.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace chargehook::pipeline {

Pipeline::Pipeline(const model::Site& site, rules::RuleSetPtr rules, std::string store, std::string run)
    : rules_(rules), engine_(std::move(rules), std::move(store)), telemetry_(site, std::move(run)) {}

void Pipeline::restore(const model::Now& now, const std::map<std::string, std::string>& rows, PipelineOutputs& out) {
  engine_.restore(now, rows, out.alarms);
  gather_state(out);
}

void Pipeline::configure(const model::Now& now, rules::RuleSetPtr rules,
                         const std::vector<TelemetrySubscription>& telemetry, PipelineOutputs& out) {
  telemetry_.configure(now, telemetry);
  if (rules == rules_) return;
  rules_ = rules;
  engine_.replace_rules(now, std::move(rules), out.alarms);
  gather_state(out);
}

void Pipeline::on_readings(const model::Now& now, const std::vector<model::Reading>& readings, PipelineOutputs& out) {
  for (const auto& reading : readings) {
    freshness_.take(now, reading);
    pass(now, reading, out);
  }
  gather_state(out);
}

void Pipeline::on_timer(const model::Now& now, PipelineOutputs& out) {
  stale_.clear();
  freshness_.tick(now, stale_);
  for (const auto& reading : stale_) pass(now, reading, out);
  engine_.on_timer(now, out.alarms);
  telemetry_.tick(now, out.telemetry);
  gather_state(out);
}

void Pipeline::pass(const model::Now& now, const model::Reading& reading, PipelineOutputs& out) {
  engine_.on_reading(now, reading, out.alarms);
  telemetry_.take(reading);
}

void Pipeline::gather_state(PipelineOutputs& out) {
  std::ranges::move(engine_.take_changed_state(), std::back_inserter(out.alarm_state));
}

std::optional<model::BootTime> Pipeline::next_deadline() const {
  std::optional<model::BootTime> earliest = engine_.next_deadline();
  model::keep_earlier(earliest, freshness_.next_deadline());
  model::keep_earlier(earliest, telemetry_.next_deadline());
  return earliest;
}

}  // namespace chargehook::pipeline
