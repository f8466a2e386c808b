/// Runs the rules of a site: readings in, alarms out. A step function: no clock, no thread, no file.
/// The same inputs give the same outputs, byte for byte. One thread calls it.
///
/// Calls are made with boot times that never go back. Events of one call and the state that take_changed_state() then
/// gives belong into one commit: an alarm and its event are both there or both absent. The engine trusts the quality of
/// readings: who feeds it says when a value has become stale (the signal as a reading of quality stale).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "model/clock.hpp"
#include "model/event.hpp"
#include "model/reading.hpp"
#include "rules/engine/alarm.hpp"
#include "rules/engine/alarm_machine.hpp"
#include "rules/engine/deadlines.hpp"
#include "rules/engine/rule_set.hpp"

namespace chargehook::rules {

/// To be put into the store's `kv`; rows are never deleted (AlarmRow::raises).
struct StateChange {
  std::string key;    ///< "rules/alarm/<rule>/<instance>"
  std::string value;  ///< to_text(AlarmRow)

  bool operator==(const StateChange&) const = default;
};
inline constexpr std::string_view state_prefix = "rules/alarm/";

/// Since the engine began.
struct EngineCounters {
  std::uint64_t readings = 0;
  std::uint64_t unread = 0;     ///< readings that no rule reads
  std::uint64_t unchanged = 0;  ///< readings that said what was known
  std::uint64_t evaluations = 0;
  std::uint64_t raised = 0;
  std::uint64_t cleared = 0;
  std::uint64_t rows_refused = 0;  ///< rows of restore() that could not be read
};

/// After a start, and after a change of rules for signals that are new: so long does a signal that has not come yet
/// mean nothing. It is then neither `unknown` nor missing, and no alarm begins or ends for want of it.
inline constexpr std::chrono::seconds start_grace{30};

class Engine {
 public:
  using Events = std::vector<model::Event>;

  /// @param store the store's id in words: part of every incident's id, since raises are counted per store
  Engine(RuleSetPtr rules, std::string store);

  /// Once, before anything else. Takes over the alarms that were active; those whose rule or device is gone are
  /// cleared.
  /// @param rows the store's `kv`; keys without state_prefix are passed over
  void restore(const model::Now& now, const std::map<std::string, std::string>& rows, Events& out);

  void on_reading(const model::Now& now, const model::Reading& reading, Events& out);

  /// The moment of next_deadline() has come; early and late calls are harmless.
  void on_timer(const model::Now& now, Events& out);
  [[nodiscard]] std::optional<model::BootTime> next_deadline() const;

  /// Alarms, holds and known values stay with instances whose rule keeps its stateful hash; the others begin anew, and
  /// what was active of them is cleared.
  void replace_rules(const model::Now& now, RuleSetPtr rules, Events& out);

  /// What has to be committed with the events of the calls since the last one, sorted by key.
  [[nodiscard]] std::vector<StateChange> take_changed_state();

  [[nodiscard]] const EngineCounters& counters() const { return counters_; }
  [[nodiscard]] const RuleSet& rules() const { return *rules_; }
  [[nodiscard]] AlarmState state(std::uint32_t instance) const { return running_[instance].machine.state(); }
  /// In the order of instances; pointers hold until the next call that changes anything.
  [[nodiscard]] std::vector<const Alarm*> active_alarms() const;

 private:
  /// What an instance is doing.
  struct Running {
    AlarmMachine machine;
    std::uint64_t raises = 0;
    std::optional<Alarm> alarm;                  ///< while raised
    std::optional<model::BootTime> raised_boot;  ///< of `alarm`, if it was raised in this run
  };
  /// What is known of a signal.
  struct Known {
    std::string word;  ///< of a status
    std::optional<model::BootTime> arrived;
  };

  void adopt(const model::Now& now, std::string key, AlarmRow row, Events& out);
  void adopt_running(std::uint32_t instance, Running running, const std::string& stateful_hash, const model::Now& now,
                     Events& out);
  void carry_values(const RuleSet& from, std::vector<Sample> samples, std::vector<Known> known);
  void evaluate_all(const model::Now& now, Events& out);
  void await_values(const model::Now& now);
  void fire_until(model::BootTime until, const model::Now& now, Events& out);
  void end_grace(const model::Now& now, Events& out);

  [[nodiscard]] bool is_status(std::uint32_t slot) const;
  [[nodiscard]] Sample sample_of(std::uint32_t slot, const model::Reading& reading) const;
  [[nodiscard]] Truth truth_of(std::uint32_t instance);
  void look(std::uint32_t instance, const model::Now& now, Events& out);
  void carry_out(std::uint32_t instance, AlarmChange change, const model::Now& now, model::BootTime at, Events& out);
  void raise(std::uint32_t instance, const model::Now& now, model::BootTime at, Events& out);
  void clear(Running& running, const model::Now& now, model::BootTime at, std::string_view cleared_by, Events& out);
  [[nodiscard]] Alarm make_alarm(std::uint32_t instance, model::WallTime raised) const;
  [[nodiscard]] model::Event raised_event_of(std::uint32_t instance, const model::Now& now, model::BootTime at) const;
  void save(const std::string& row_key, const Running& running, const std::string& stateful_hash);
  void save(std::uint32_t instance);
  [[nodiscard]] std::string_view gone_because(std::string_view row_key) const;

  RuleSetPtr rules_;
  std::string store_;

  std::vector<Sample> samples_;   // per slot
  std::vector<Known> known_;      // per slot
  std::vector<Running> running_;  // per instance
  Deadlines deadlines_;
  std::optional<model::BootTime> grace_end_;  // while values are awaited

  std::map<std::string, std::uint64_t> retired_;  // raises of instances that are gone, by row key
  std::map<std::string, std::string> changed_;    // rows to commit, by row key
  EngineCounters counters_;
};

}  // namespace chargehook::rules
