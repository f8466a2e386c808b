/// The way of a reading, in order: freshness → rules → telemetry → events. A step function: no clock, no thread.
/// Owner: core. One thread. Events and state of one call belong into one commit.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "model/clock.hpp"
#include "model/event.hpp"
#include "model/reading.hpp"
#include "model/site.hpp"
#include "pipeline/freshness.hpp"
#include "pipeline/telemetry.hpp"
#include "rules/engine/engine.hpp"

namespace chargehook::pipeline {

struct PipelineOutputs {
  std::vector<model::Event> alarms;             ///< from rules
  std::vector<rules::StateChange> alarm_state;  ///< commits with `alarms`
  std::vector<model::Event> telemetry;          ///< may be refused: the next batch says what happens then
};

class Pipeline {
 public:
  /// @param store the store's id in words
  /// @param run   names this run of the gateway
  Pipeline(const model::Site& site, rules::RuleSetPtr rules, std::string store, std::string run);

  /// Once, before anything else. @param rows the store's `kv`
  void restore(const model::Now& now, const std::map<std::string, std::string>& rows, PipelineOutputs& out);

  void configure(const model::Now& now, rules::RuleSetPtr rules, const std::vector<TelemetrySubscription>& telemetry,
                 PipelineOutputs& out);

  void on_readings(const model::Now& now, const std::vector<model::Reading>& readings, PipelineOutputs& out);
  void on_timer(const model::Now& now, PipelineOutputs& out);
  [[nodiscard]] std::optional<model::BootTime> next_deadline() const;

  [[nodiscard]] const rules::Engine& engine() const { return engine_; }
  [[nodiscard]] const Telemetry& telemetry() const { return telemetry_; }

 private:
  void pass(const model::Now& now, const model::Reading& reading, PipelineOutputs& out);
  void gather_state(PipelineOutputs& out);

  rules::RuleSetPtr rules_;
  Freshness freshness_;
  rules::Engine engine_;
  Telemetry telemetry_;
  std::vector<model::Reading> stale_;
};

}  // namespace chargehook::pipeline
