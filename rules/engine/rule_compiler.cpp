#include <algorithm>
#include <set>

#include "rules/engine/instance_about.hpp"
#include "rules/engine/rule_hash.hpp"
#include "rules/engine/rule_set.hpp"
#include "rules/engine/text_names.hpp"
#include "rules/language/compiler.hpp"
#include "rules/language/parser.hpp"

namespace chargehook::rules {

namespace {

/// Of a signal whose device says no interval: how long it may be unknown without a hold starting again.
constexpr model::Nanoseconds gap_tolerance_default = std::chrono::seconds{10};

/// Of a title or advice, so that an event stays far below 60 KiB.
constexpr std::size_t text_bytes_max = 2000;

/// One instance on its way into the set.
struct Draft {
  Program when;
  Program clear;
  InstanceTexts texts;
  AlarmTiming timing;
};

bool is_rule_id(std::string_view id) {
  return !id.empty() && id.size() <= 64 &&
         std::ranges::all_of(id, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
}

}  // namespace

/// Collects rules into a set. Lives for one call of compile_rules().
class RuleSetBuilder {
 public:
  RuleSetBuilder(const model::Site& site, const Topology& topology) : site_(site), topology_(topology) {
    set_->site_ = site;
  }

  void add(std::size_t position, const RuleConfig& rule) {
    position_ = position;
    sound_ = true;
    check_keys(rule);
    const auto when = parsed("when", rule.when);
    const auto clear = rule.clear.empty() ? std::nullopt : parsed("clear", rule.clear);
    Expanded expanded = expand(rule.each, topology_);
    for (Diagnostic& error : expanded.errors) report("each", std::move(error));
    std::vector<Draft> drafts;
    std::vector<RuleDiagnostic> lacks;
    lacks_refuse_ = expanded.bindings.size() == 1;
    if (!when || (!rule.clear.empty() && !clear)) return;
    for (const Binding& binding : expanded.bindings) {
      const std::size_t known = diagnostics_.size();
      if (auto draft = compile_instance(rule, *when, clear, binding, lacks)) drafts.push_back(std::move(*draft));
      if (diagnostics_.size() > known) return;  // one report per fault, not one per charger
    }
    if (!sound_ || !take_lacks(std::move(lacks), drafts.empty())) return;
    if (set_->instances_.size() + drafts.size() > instances_max) {
      return report("each",
                    {"E243", {0, rule.each.size()}, "more than 100000 instances of rules", "narrow it with `of`"});
    }
    commit(rule, std::move(drafts));
  }

  CompiledRules finish() {
    index();
    return {std::move(set_), std::move(diagnostics_)};
  }

 private:
  void check_keys(const RuleConfig& rule) {
    if (!is_rule_id(rule.id)) {
      report("id", {"E241", {0, rule.id.size()}, "an id is made of a-z, 0-9 and -", "at most 64 characters"});
    }
    if (rule.title.empty()) report("title", {"E241", {0, 0}, "the rule has no title", "a title is what people read"});
    for (const auto& [key, text] : {std::pair{"title", &rule.title}, std::pair{"cause", &rule.cause},
                                    std::pair{"advice", &rule.advice}, std::pair{"text", &rule.text}}) {
      if (text->size() <= text_bytes_max) continue;
      report(key, {"E245", {text_bytes_max, text->size() - text_bytes_max}, "the text is longer than 2000 bytes", ""});
    }
    if (!ids_.insert(rule.id).second) {
      report("id", {"E242", {0, rule.id.size()}, "there is another rule \"" + rule.id + "\"", ""});
    }
    const Diagnostic negative{"E244", {0, 0}, "a time below zero", ""};
    if (rule.raise_after < model::Nanoseconds::zero()) report("for", negative);
    if (rule.clear_after < model::Nanoseconds::zero()) report("clear_for", negative);
  }

  std::optional<Syntax> parsed(std::string_view key, const std::string& expression) {
    Parsed result = parse(expression);
    for (Diagnostic& error : result.errors) report(key, std::move(error));
    return std::move(result.syntax);
  }

  std::optional<Draft> compile_instance(const RuleConfig& rule, const Syntax& when, const std::optional<Syntax>& clear,
                                        const Binding& binding, std::vector<RuleDiagnostic>& lacks) {
    const Scope scope{topology_, binding};
    const auto when_program = compiled("when", compile(when, scope), lacks);
    const auto clear_program = clear ? compiled("clear", compile(*clear, scope), lacks)
                                     : (when_program ? std::optional{negated(*when_program)} : std::nullopt);
    Draft draft;
    draft.texts.key = binding.key;
    const std::string title = filled("title", rule.title, binding);
    draft.texts.cause = filled("cause", rule.cause, binding);
    draft.texts.advice = filled("advice", rule.advice, binding);
    draft.texts.text = filled("text", rule.text, binding);
    if (!when_program || !clear_program) return std::nullopt;
    draft.when = *when_program;
    draft.clear = *clear_program;
    draft.texts.about = about_instance(site_, topology_, binding, draft.when.inputs, rule.id, rule.kind);
    draft.texts.about.title = title;
    draft.timing = {rule.raise_after, rule.clear_after, gap_tolerance(draft)};
    return draft;
  }

  /// What a device may lack leaves its instance out; what is wrong refuses the rule.
  std::optional<Program> compiled(std::string_view key, Compiled result, std::vector<RuleDiagnostic>& lacks) {
    const bool only_lacks = !lacks_refuse_ && std::ranges::all_of(result.errors, is_lack);
    for (Diagnostic& error : result.errors) {
      if (only_lacks) {
        lacks.push_back({position_, std::string{key}, std::move(error)});
      } else if (lacks_refuse_ || !is_lack(error)) {
        report(key, std::move(error));
      }
    }
    return std::move(result.program);
  }

  /// False, and the errors noted, if no instance is left.
  bool take_lacks(std::vector<RuleDiagnostic> lacks, bool none_left) {
    for (RuleDiagnostic& lack : lacks) {
      if (none_left) {
        report(lack.key, std::move(lack.diagnostic));
        return false;
      }
      lack.diagnostic.code = "W250";
      lack.diagnostic.message += "; it is left out of this rule";
      diagnostics_.push_back(std::move(lack));
    }
    return true;
  }

  std::string filled(std::string_view key, const std::string& text, const Binding& binding) {
    Filled result = fill_names(text, binding, site_);
    for (Diagnostic& error : result.errors) report(key, std::move(error));
    return std::move(result.text);
  }

  static model::Nanoseconds gap_tolerance(const Draft& draft) {
    model::Nanoseconds longest{0};
    for (const Program* program : {&draft.when, &draft.clear}) {
      for (const Input& input : program->inputs) {
        const bool declared = input.interval > model::Nanoseconds::zero();
        longest = std::max(longest, declared ? 2 * input.interval : gap_tolerance_default);
      }
    }
    return longest;
  }

  void commit(const RuleConfig& config, std::vector<Draft> drafts) {
    const auto rule = static_cast<std::uint32_t>(set_->rules_.size());
    set_->rules_.push_back({config.id, version_hash(config), stateful_hash(config), config.severity, config.missing,
                            !config.clear.empty()});
    for (Draft& draft : drafts) {
      draft.texts.rule = rule;
      Instance instance;
      instance.when = linked(std::move(draft.when), draft.texts.shown);
      instance.clear = linked(std::move(draft.clear), draft.texts.shown);
      instance.timing = draft.timing;
      instance.missing = config.missing;
      set_->instances_.push_back(std::move(instance));
      set_->texts_.push_back(std::move(draft.texts));
      const auto position = static_cast<std::uint32_t>(set_->instances_.size() - 1);
      set_->instances_by_row_key_.emplace(set_->row_key(position), position);
    }
  }

  /// The program over the set's slots and words; its inputs are noted in `shown`, and are not needed in it any more.
  Program linked(Program program, std::vector<ShownInput>& shown) {
    std::vector<std::uint32_t> slots;
    for (const Input& input : program.inputs) {
      const std::uint32_t slot = slot_of(input);
      slots.push_back(slot);
      if (std::ranges::find(shown, slot, &ShownInput::slot) == shown.end()) shown.push_back({slot, input.written});
    }
    std::vector<std::uint32_t> words;
    for (const std::string& word : program.words) {
      words.push_back(set_->words_.emplace(word, static_cast<std::uint32_t>(set_->words_.size())).first->second);
    }
    Program result = relocated(std::move(program), slots, words);
    result.inputs.clear();
    result.inputs.shrink_to_fit();
    result.words.clear();
    return result;
  }

  std::uint32_t slot_of(const Input& input) {
    auto& of_device = set_->slots_by_device_[input.device];
    const auto found = std::ranges::find(of_device, input.signal, &RuleSet::SlotOfSignal::signal);
    if (found != of_device.end()) return found->slot;
    const auto slot = static_cast<std::uint32_t>(set_->slots_.size());
    set_->slots_.push_back({input.device, input.signal});
    of_device.push_back({input.signal, slot});
    return slot;
  }

  void index() {
    std::vector<std::vector<std::uint32_t>> by_slot(set_->slots_.size());
    for (std::uint32_t instance = 0; instance < set_->instances_.size(); ++instance) {
      for (const ShownInput& input : set_->texts_[instance].shown) by_slot[input.slot].push_back(instance);
    }
    set_->touched_begin_.push_back(0);
    for (const auto& instances : by_slot) {
      set_->touched_.insert(set_->touched_.end(), instances.begin(), instances.end());
      set_->touched_begin_.push_back(static_cast<std::uint32_t>(set_->touched_.size()));
    }
  }

  void report(std::string_view key, Diagnostic diagnostic) {
    sound_ = false;
    diagnostics_.push_back({position_, std::string{key}, std::move(diagnostic)});
  }

  const model::Site& site_;
  const Topology& topology_;
  std::shared_ptr<RuleSet> set_ = std::make_shared<RuleSet>();
  std::vector<RuleDiagnostic> diagnostics_;
  std::set<std::string, std::less<>> ids_;
  std::size_t position_ = 0;
  bool sound_ = true;
  bool lacks_refuse_ = false;  ///< there is one instance: without it nothing is left
};

CompiledRules compile_rules(const model::Site& site, const Topology& topology, std::span<const RuleConfig> rules) {
  RuleSetBuilder builder{site, topology};
  for (std::size_t i = 0; i < rules.size(); ++i) builder.add(i, rules[i]);
  return builder.finish();
}

}  // namespace chargehook::rules
