/// What makes a rule the same rule. Pure; any thread.
#pragma once

#include <string>

#include "rules/engine/rule_config.hpp"

namespace chargehook::rules {

/// 16 hexadecimal digits over everything a rule says.
[[nodiscard]] std::string version_hash(const RuleConfig& rule);

/// 16 hexadecimal digits over what a running alarm depends on: which signals are compared how. Numbers with their
/// units, hold times, severity and texts are no part of it, so turning 250 kW into 240 kW does not end an alarm.
[[nodiscard]] std::string stateful_hash(const RuleConfig& rule);

}  // namespace chargehook::rules
