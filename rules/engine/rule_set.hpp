/// All rules of a site, compiled: what the engine runs. Immutable, so it is shared; any thread.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "model/site.hpp"
#include "rules/engine/alarm.hpp"
#include "rules/engine/alarm_machine.hpp"
#include "rules/engine/rule_config.hpp"
#include "rules/language/diagnostic.hpp"
#include "rules/language/program.hpp"
#include "rules/language/topology.hpp"

namespace chargehook::rules {

/// One signal of one device that some rule reads.
struct Slot {
  std::string device;
  model::SignalId signal{};
};

struct Rule {
  std::string id;
  std::string version;        ///< 16 hexadecimal digits over all that the rule says
  std::string stateful_hash;  ///< over what a running alarm depends on; numbers, hold times and texts are no part of it
  model::Severity severity = model::Severity::medium;
  Missing missing = Missing::hold;
  bool names_clear = false;  ///< `clear` was given
};

/// What a reading touches. Kept apart from the texts, which are needed only when something fires.
struct Instance {
  Program when;  ///< over slots and words of the RuleSet
  Program clear;
  AlarmTiming timing;
  Missing missing = Missing::hold;
};

struct ShownInput {
  std::uint32_t slot = 0;
  std::string written;  ///< "phase.current"
};

struct InstanceTexts {
  std::uint32_t rule = 0;
  std::string key;  ///< Binding::key
  AlarmSubject about;
  std::string cause;
  std::string advice;
  std::string text;
  std::vector<ShownInput> shown;  ///< of the why record: what has a part in `when`, then in `clear`
};

/// Finds texts without making a string of them first.
struct TextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
};

class RuleSet {
 public:
  [[nodiscard]] const model::Site& site() const { return site_; }
  [[nodiscard]] std::span<const Rule> rules() const { return rules_; }
  [[nodiscard]] std::span<const Instance> instances() const { return instances_; }
  [[nodiscard]] const InstanceTexts& texts(std::uint32_t instance) const { return texts_[instance]; }
  [[nodiscard]] const Rule& rule_of(std::uint32_t instance) const { return rules_[texts_[instance].rule]; }
  [[nodiscard]] std::span<const Slot> slots() const { return slots_; }

  /// Instances that a change of this slot can touch, in rising order.
  [[nodiscard]] std::span<const std::uint32_t> touched(std::uint32_t slot) const;

  /// Nothing if no rule reads it.
  [[nodiscard]] std::optional<std::uint32_t> find_slot(std::string_view device, model::SignalId signal) const;

  /// @param row_key of an instance: its rule's id, "/", its key
  [[nodiscard]] std::optional<std::uint32_t> find_instance(std::string_view row_key) const;
  [[nodiscard]] std::string row_key(std::uint32_t instance) const;
  [[nodiscard]] bool has_rule(std::string_view id) const;

  /// The number of a status word; words that no rule names share one.
  [[nodiscard]] std::uint32_t word(std::string_view text) const;

 private:
  friend class RuleSetBuilder;

  template <class Value>
  using ByText = std::unordered_map<std::string, Value, TextHash, std::equal_to<>>;
  struct SlotOfSignal {
    model::SignalId signal;
    std::uint32_t slot;
  };

  model::Site site_;
  std::vector<Rule> rules_;
  std::vector<Instance> instances_;
  std::vector<InstanceTexts> texts_;
  std::vector<Slot> slots_;
  std::vector<std::uint32_t> touched_;        ///< instances, those of slot 0 first
  std::vector<std::uint32_t> touched_begin_;  ///< one more than slots
  ByText<std::vector<SlotOfSignal>> slots_by_device_;
  ByText<std::uint32_t> instances_by_row_key_;
  ByText<std::uint32_t> words_;
};
using RuleSetPtr = std::shared_ptr<const RuleSet>;

struct RuleDiagnostic {
  std::size_t rule = 0;  ///< position in the list that was compiled
  std::string key;       ///< whose text the place is in: "when", "clear", "each", "title" …
  Diagnostic diagnostic;
};

struct CompiledRules {
  RuleSetPtr set;  ///< the sound rules; never null
  std::vector<RuleDiagnostic> diagnostics;

  [[nodiscard]] bool has_errors() const;
};

/// Most instances of all rules together; E243 beyond.
inline constexpr std::size_t instances_max = 100'000;

/// Compiles every rule for each of its instances. An error is reported once, of the first instance that has it.
/// Errors besides those of the language: E241 id or title, E242 id given twice, E243 too many instances,
/// E244 a hold time below zero, E245 a text is too long. Warning W250: an instance is left out because its device lacks
/// a signal.
[[nodiscard]] CompiledRules compile_rules(const model::Site& site, const Topology& topology,
                                          std::span<const RuleConfig> rules);

}  // namespace chargehook::rules
