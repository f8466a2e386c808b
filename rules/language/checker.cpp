#include "rules/language/checker.hpp"

#include <algorithm>
#include <cmath>

#include "rules/language/algebra.hpp"
#include "rules/language/nearest.hpp"
#include "rules/language/status_words.hpp"

namespace chargehook::rules {

namespace {

using model::Quantity;

Typed number(Quantity quantity, std::optional<double> constant = std::nullopt) {
  Typed typed;
  typed.type = Type::number;
  typed.quantity = quantity;
  typed.constant = constant;
  return typed;
}

Typed condition() {
  Typed typed;
  typed.type = Type::condition;
  return typed;
}

class Checker {
 public:
  Checker(const Syntax& syntax, const Scope& scope) : syntax_(syntax), scope_(scope) {}

  /// Children stand before their parents, so one pass over the nodes is enough.
  Checked run() {
    for (const Node& node : syntax_.nodes) result_.nodes.push_back(check_node(node));
    const Typed& root = result_.nodes.back();
    want_condition(syntax_.root(), root);
    const auto is_signal = [](const Typed& typed) { return typed.signal.has_value(); };
    if (result_.errors.empty() && std::ranges::none_of(result_.nodes, is_signal)) {
      fail("E226", syntax_.root().place, "this never changes: no signal has a part in it",
           "compare a signal, as in grid.power > 250 kW");
    }
    std::ranges::stable_sort(result_.errors, {}, [](const Diagnostic& error) { return error.place.offset; });
    return std::move(result_);
  }

 private:
  Typed check_node(const Node& node) {
    switch (node.kind) {
      case NodeKind::number:
        return literal(node);
      case NodeKind::path:
        return path(node);
      case NodeKind::word:
        return word();
      case NodeKind::percent_of:
        return percent_of(node);
      case NodeKind::negate:
        return negate(node);
      case NodeKind::add:
        return arithmetic(node, Arithmetic::add);
      case NodeKind::subtract:
        return arithmetic(node, Arithmetic::subtract);
      case NodeKind::multiply:
        return arithmetic(node, Arithmetic::multiply);
      case NodeKind::divide:
        return arithmetic(node, Arithmetic::divide);
      case NodeKind::call:
        return call(node);
      case NodeKind::between:
        return between(node);
      case NodeKind::is_unknown:
      case NodeKind::is_stale:
      case NodeKind::is_fresh:
        return quality_test(node);
      case NodeKind::logical_not:
      case NodeKind::logical_and:
      case NodeKind::logical_or:
        return logical(node);
      default:
        return comparison(node);
    }
  }

  Typed literal(const Node& node) {
    if (!node.unit) return number(Quantity::none, node.number);
    return number(node.unit->quantity, node.number * node.unit->factor + node.unit->offset);
  }

  Typed word() {
    Typed typed;
    typed.type = Type::word;
    return typed;
  }

  Typed path(const Node& node) {
    Resolution resolution = scope_.resolve(node.path);
    if (auto* error = std::get_if<Diagnostic>(&resolution)) {
      result_.errors.push_back(std::move(*error));
      return {};
    }
    if (const auto* amount = std::get_if<Amount>(&resolution)) return number(amount->quantity, amount->value);
    const auto& reference = std::get<SignalRef>(resolution);
    const model::Signal& signal = model::signal(reference.signal);
    Typed typed = number(signal.quantity);
    if (signal.kind == model::SignalKind::status) typed.type = Type::status;
    typed.signal = reference;
    return typed;
  }

  Typed percent_of(const Node& node) {
    const auto& base = number_at(node, 0);
    if (!base) return {};
    if (base->quantity == Quantity::temperature || base->quantity == Quantity::none) {
      const bool temperature = base->quantity == Quantity::temperature;
      return fail("E206", child(node, 0).place,
                  temperature ? "per cent of a temperature says nothing" : "per cent of a number without unit",
                  temperature ? "write the temperature itself, for example 70 degC" : "write the result itself");
    }
    Typed typed = number(base->quantity);
    typed.factor = node.number / 100;
    if (base->constant) typed.constant = *base->constant * typed.factor;
    return typed;
  }

  Typed negate(const Node& node) {
    const auto operand = number_at(node, 0);
    if (!operand) return {};
    if (operand->quantity == Quantity::temperature) {
      return fail("E206", node.place, "a temperature cannot be turned round", "write for example -5 degC");
    }
    Typed typed = number(operand->quantity);
    if (operand->constant) typed.constant = -*operand->constant;
    return typed;
  }

  Typed arithmetic(const Node& node, Arithmetic operation) {
    const auto left = number_at(node, 0);
    const auto right = number_at(node, 1);
    if (!left || !right) return {};
    const auto combined = combine(operation, left->quantity, right->quantity);
    if (const auto* refusal = std::get_if<Refusal>(&combined)) return refuse(node, *refusal);
    const auto& result = std::get<Combined>(combined);
    Typed typed = number(result.quantity);
    typed.factor = result.factor;
    if (!left->constant || !right->constant) return typed;
    typed.constant = fold(operation, *left->constant, *right->constant) * result.factor;
    if (std::isfinite(*typed.constant)) return typed;
    return fail("E206", node.place, "the result is no number", "is this a division by 0?");
  }

  static double fold(Arithmetic operation, double left, double right) {
    switch (operation) {
      case Arithmetic::add:
        return left + right;
      case Arithmetic::subtract:
        return left - right;
      case Arithmetic::multiply:
        return left * right;
      case Arithmetic::divide:
        return left / right;
    }
    return left;
  }

  Typed call(const Node& node) {
    const bool takes_one = node.text == "abs";
    if (takes_one ? node.children.size() != 1 : node.children.size() < 2) {
      return fail("E229", node.place, node.text + (takes_one ? " takes one value" : " takes two values or more"), "");
    }
    const auto first = number_at(node, 0);
    for (std::size_t i = 1; i < node.children.size(); ++i) {
      const auto other = number_at(node, i);
      if (!first || !other) return {};
      if (first->quantity == other->quantity) continue;
      return fail("E204", node.place,
                  node.text + " of " + described(first->quantity) + " and " + described(other->quantity),
                  "all values must be of one kind");
    }
    if (!first) return {};
    if (takes_one && first->quantity == Quantity::temperature) {
      return fail("E206", node.place, "abs of a temperature says nothing", "abs is for differences");
    }
    return number(first->quantity);
  }

  Typed comparison(const Node& node) {
    const Typed& left = typed(node, 0);
    const Typed& right = typed(node, 1);
    if (left.type == Type::status || right.type == Type::status) return status_comparison(node);
    const auto left_number = number_at(node, 0);
    const auto right_number = number_at(node, 1);
    if (!left_number || !right_number) return condition();
    if (const auto refusal = refuse_comparison(left.quantity, right.quantity)) refuse(node, *refusal);
    return condition();
  }

  Typed status_comparison(const Node& node) {
    const bool status_first = typed(node, 0).type == Type::status;
    const Node& status = child(node, status_first ? 0 : 1);
    const Node& other = child(node, status_first ? 1 : 0);
    const Typed& of_status = typed(node, status_first ? 0 : 1);
    const Typed& of_other = typed(node, status_first ? 1 : 0);
    if (of_other.type == Type::wrong) return condition();
    if (node.kind != NodeKind::equal && node.kind != NodeKind::not_equal) {
      fail("E208", node.place, "a status has no order", "compare it with == or !=");
    } else if (of_other.type != Type::word) {
      fail("E208", other.place, status.path.written() + " is a status, compare it with a word",
           "for example " + example_of(of_status));
    } else {
      check_word(other, of_status);
    }
    return condition();
  }

  static std::string example_of(const Typed& status) {
    const auto words = status_words(status.signal->signal);
    return "== " + (words.empty() ? std::string{"Faulted"} : std::string{words.front()});
  }

  void check_word(const Node& word, const Typed& status) {
    const auto words = status_words(status.signal->signal);
    if (std::ranges::find(words, word.text) != words.end()) return;
    const std::string_view near = nearest(word.text, words);
    if (near.empty()) return;
    fail("E209", word.place, "no status is called \"" + word.text + "\"",
         "did you mean \"" + std::string{near} + "\"?");
  }

  Typed between(const Node& node) {
    const auto value = number_at(node, 0);
    const auto low = number_at(node, 1);
    const auto high = number_at(node, 2);
    if (!value || !low || !high) return condition();
    for (const std::size_t bound : {std::size_t{1}, std::size_t{2}}) {
      if (const auto refusal = refuse_comparison(value->quantity, typed(node, bound).quantity)) {
        fail(refusal->code, child(node, bound).place, refusal->message, refusal->help);
        return condition();
      }
    }
    if (low->constant && high->constant && *low->constant > *high->constant) {
      fail("E229", cover(child(node, 1).place, child(node, 2).place), "the lower bound is above the upper one",
           "write the smaller value first");
    }
    return condition();
  }

  Typed quality_test(const Node& node) {
    const Typed& operand = typed(node, 0);
    if (operand.type == Type::wrong || operand.signal) return condition();
    fail("E227", child(node, 0).place, "only a signal can be unknown, stale or fresh",
         "write for example grid.power is stale");
    return condition();
  }

  Typed logical(const Node& node) {
    for (std::size_t i = 0; i < node.children.size(); ++i) want_condition(child(node, i), typed(node, i));
    return condition();
  }

  void want_condition(const Node& node, const Typed& typed) {
    if (typed.type == Type::condition || typed.type == Type::wrong) return;
    if (typed.type == Type::word) {
      unexpected_word(node);
      return;
    }
    fail("E215", node.place, "this is a value, a condition is needed",
         "compare it with something, as in grid.power > 250 kW");
  }

  /// Nothing, and an error, if the child is not a number.
  std::optional<Typed> number_at(const Node& node, std::size_t index) {
    const Typed& operand = typed(node, index);
    const Node& written = child(node, index);
    switch (operand.type) {
      case Type::number:
        return operand;
      case Type::wrong:
        break;
      case Type::word:
        unexpected_word(written);
        break;
      case Type::condition:
        fail("E216", written.place, "a condition is not a value", "join conditions with and, or, not");
        break;
      case Type::status:
        fail("E208", written.place, "a status is not a number", "compare it with == and a word");
        break;
    }
    return std::nullopt;
  }

  void unexpected_word(const Node& word) {
    const bool two_names = word.text.find('-') != std::string::npos;
    fail("E210", word.place, "\"" + word.text + "\" is not a value",
         two_names ? "names have a dot, as in feeder-a.power; a minus sign has blanks around it"
                   : "names of signals have a dot, as in grid.power");
  }

  Typed refuse(const Node& node, const Refusal& refusal) {
    return fail(refusal.code, node.place, refusal.message, refusal.help);
  }

  Typed fail(std::string code, Place place, std::string message, std::string help) {
    result_.errors.push_back({std::move(code), place, std::move(message), std::move(help)});
    return {};
  }

  const Node& child(const Node& node, std::size_t index) const { return syntax_.nodes[node.children[index]]; }
  const Typed& typed(const Node& node, std::size_t index) const { return result_.nodes[node.children[index]]; }

  const Syntax& syntax_;
  const Scope& scope_;
  Checked result_;
};

}  // namespace

Checked check(const Syntax& syntax, const Scope& scope) { return Checker{syntax, scope}.run(); }

}  // namespace chargehook::rules
