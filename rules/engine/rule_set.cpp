#include "rules/engine/rule_set.hpp"

#include <algorithm>

namespace chargehook::rules {

std::span<const std::uint32_t> RuleSet::touched(std::uint32_t slot) const {
  const std::uint32_t begin = touched_begin_[slot];
  return std::span{touched_}.subspan(begin, touched_begin_[slot + 1] - begin);
}

std::optional<std::uint32_t> RuleSet::find_slot(std::string_view device, model::SignalId signal) const {
  const auto found = slots_by_device_.find(device);
  if (found == slots_by_device_.end()) return std::nullopt;
  for (const SlotOfSignal& candidate : found->second) {
    if (candidate.signal == signal) return candidate.slot;
  }
  return std::nullopt;
}

std::optional<std::uint32_t> RuleSet::find_instance(std::string_view row_key) const {
  const auto found = instances_by_row_key_.find(row_key);
  return found == instances_by_row_key_.end() ? std::nullopt : std::optional{found->second};
}

std::string RuleSet::row_key(std::uint32_t instance) const { return rule_of(instance).id + "/" + texts_[instance].key; }

bool RuleSet::has_rule(std::string_view id) const { return std::ranges::find(rules_, id, &Rule::id) != rules_.end(); }

std::uint32_t RuleSet::word(std::string_view text) const {
  const auto found = words_.find(text);
  return found == words_.end() ? static_cast<std::uint32_t>(words_.size()) : found->second;
}

bool CompiledRules::has_errors() const {
  return std::ranges::any_of(diagnostics,
                             [](const RuleDiagnostic& each) { return each.diagnostic.code.starts_with('E'); });
}

}  // namespace chargehook::rules
