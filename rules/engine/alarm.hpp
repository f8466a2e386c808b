/// One raised alarm: all that its end has to say, and how it is kept. Plain values that outlive their rule and device.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "model/clock.hpp"
#include "model/event.hpp"
#include "rules/engine/rule_config.hpp"

namespace chargehook::rules {

/// What an alarm is about; the same for every alarm of an instance. JSON members hold one JSON value, `null` if none.
struct AlarmSubject {
  AlarmKind kind = AlarmKind::fault;
  std::string subject;  ///< of the event: "charger/CP-07/evse/1"
  std::string partition_key;
  std::string dedup_key;  ///< "depot-nord/CP-07/1/hot": site, thing, rule
  std::string title;
  std::string circuit_json = "null";
  std::string phase;  ///< "L1", or empty
  std::string charger_json = "null";
  std::string connector_json = "null";

  bool operator==(const AlarmSubject&) const = default;
};

struct Alarm {
  std::string incident;  ///< `inc_` and 26 characters
  std::string rule;
  std::string rule_version;  ///< of the rule that raised it
  model::Severity severity = model::Severity::medium;
  model::WallTime raised;
  AlarmSubject about;

  bool operator==(const Alarm&) const = default;
};

/// What is kept of an instance in the store's `kv`.
struct AlarmRow {
  std::uint64_t raises = 0;   ///< how often it was raised, ever: part of the incident's id, so it is never deleted
  std::string stateful_hash;  ///< RuleSet: the alarm goes on only under the rule it began with
  std::optional<Alarm> alarm;

  bool operator==(const AlarmRow&) const = default;
};

/// Lines of `name=value`, the first `v=1`.
[[nodiscard]] std::string to_text(const AlarmRow& row);

/// Nothing if it is not a whole row of version 1.
[[nodiscard]] std::optional<AlarmRow> parse_alarm_row(std::string_view text);

}  // namespace chargehook::rules
