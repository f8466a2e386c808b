#include "rules/language/compiler.hpp"

#include <algorithm>

#include "model/result.hpp"
#include "rules/language/checker.hpp"
#include "rules/language/parser.hpp"

namespace chargehook::rules {

namespace {

OpCode op_of(NodeKind kind) {
  switch (kind) {
    case NodeKind::negate:
      return OpCode::negate;
    case NodeKind::add:
      return OpCode::add;
    case NodeKind::subtract:
      return OpCode::subtract;
    case NodeKind::multiply:
      return OpCode::multiply;
    case NodeKind::divide:
      return OpCode::divide;
    case NodeKind::less:
      return OpCode::less;
    case NodeKind::less_equal:
      return OpCode::less_equal;
    case NodeKind::greater:
      return OpCode::greater;
    case NodeKind::greater_equal:
      return OpCode::greater_equal;
    case NodeKind::equal:
      return OpCode::equal;
    case NodeKind::not_equal:
      return OpCode::not_equal;
    case NodeKind::between:
      return OpCode::between;
    case NodeKind::is_unknown:
      return OpCode::is_unknown;
    case NodeKind::is_stale:
      return OpCode::is_stale;
    case NodeKind::is_fresh:
      return OpCode::is_fresh;
    case NodeKind::logical_not:
      return OpCode::logical_not;
    case NodeKind::logical_and:
      return OpCode::logical_and;
    case NodeKind::logical_or:
      return OpCode::logical_or;
    default:
      break;
  }
  CHARGEHOOK_ASSERT(false);
  return OpCode::constant;
}

/// `5 A < x` is `x > 5 A`.
OpCode mirrored(OpCode op) {
  switch (op) {
    case OpCode::less:
      return OpCode::greater;
    case OpCode::less_equal:
      return OpCode::greater_equal;
    case OpCode::greater:
      return OpCode::less;
    case OpCode::greater_equal:
      return OpCode::less_equal;
    default:
      return op;
  }
}

bool is_comparison(NodeKind kind) { return kind >= NodeKind::less && kind <= NodeKind::not_equal; }

class Emitter {
 public:
  Emitter(const Syntax& syntax, const std::vector<Typed>& typed) : syntax_(syntax), typed_(typed) {}

  Program run() {
    emit(syntax_.root_index());
    note_comparison();
    CHARGEHOOK_ASSERT(deepest_ <= stack_max);  // nesting_max bounds it well below
    return std::move(program_);
  }

 private:
  void emit(NodeIndex index) {
    const Node& node = syntax_.nodes[index];
    const Typed& typed = typed_[index];
    if (typed.constant) return push({OpCode::constant, 0, *typed.constant});
    if (typed.signal) return push({OpCode::signal, slot(index), 0});
    switch (node.kind) {
      case NodeKind::percent_of:
        return percent_of(node, typed);
      case NodeKind::call:
        return call(node);
      case NodeKind::is_unknown:
      case NodeKind::is_stale:
      case NodeKind::is_fresh:
        return push({op_of(node.kind), slot(node.children[0]), 0});
      default:
        break;
    }
    if (is_comparison(node.kind) && status_comparison(node)) return;
    for (const NodeIndex child : node.children) emit(child);
    reduce(op_of(node.kind), node.children.size());
    if (typed.factor != 1) reduce(OpCode::scale, 1, typed.factor);
  }

  void percent_of(const Node& node, const Typed& typed) {
    emit(node.children[0]);
    reduce(OpCode::scale, 1, typed.factor);
  }

  void call(const Node& node) {
    emit(node.children[0]);
    if (node.text == "abs") return reduce(OpCode::absolute, 1);
    OpCode code = OpCode::add;
    if (node.text == "min") code = OpCode::minimum;
    if (node.text == "max") code = OpCode::maximum;
    for (std::size_t i = 1; i < node.children.size(); ++i) {
      emit(node.children[i]);
      reduce(code, 2);
    }
    if (node.text == "avg") reduce(OpCode::scale, 1, 1.0 / static_cast<double>(node.children.size()));
  }

  bool status_comparison(const Node& node) {
    const bool status_first = typed_[node.children[0]].type == Type::status;
    const NodeIndex status = node.children[status_first ? 0 : 1];
    if (typed_[status].type != Type::status) return false;
    const Node& word = syntax_.nodes[node.children[status_first ? 1 : 0]];
    const OpCode code = node.kind == NodeKind::equal ? OpCode::status_is : OpCode::status_is_not;
    push({code, slot(status), static_cast<double>(word_index(word.text))});
    return true;
  }

  std::size_t word_index(const std::string& word) {
    const auto found = std::ranges::find(program_.words, word);
    if (found != program_.words.end()) return static_cast<std::size_t>(found - program_.words.begin());
    program_.words.push_back(word);
    return program_.words.size() - 1;
  }

  std::uint32_t slot(NodeIndex index) {
    const SignalRef& reference = *typed_[index].signal;
    const auto found = std::ranges::find_if(program_.inputs, [&](const Input& input) {
      return input.signal == reference.signal && input.device == reference.device->id;
    });
    const auto position = static_cast<std::uint32_t>(found - program_.inputs.begin());
    if (found != program_.inputs.end()) return position;
    Input input{reference.device->id, reference.device->kind, reference.device->interval, reference.signal, {}, {}};
    input.written = syntax_.nodes[index].path.written();
    if (reference.circuit) input.circuit = reference.circuit->name;
    program_.inputs.push_back(std::move(input));
    return position;
  }

  void note_comparison() {
    const Node& root = syntax_.root();
    if (!is_comparison(root.kind)) return;
    const bool signal_first = typed_[root.children[0]].signal.has_value();
    const Typed& signal = typed_[root.children[signal_first ? 0 : 1]];
    const Typed& limit = typed_[root.children[signal_first ? 1 : 0]];
    if (!signal.signal || signal.type != Type::number || !limit.constant) return;
    const OpCode op = op_of(root.kind);
    program_.comparison = Comparison{0, signal_first ? op : mirrored(op), *limit.constant};
    program_.quantity = signal.quantity;
  }

  void push(Op op) {
    program_.ops.push_back(op);
    deepest_ = std::max(deepest_, ++depth_);
  }

  void reduce(OpCode code, std::size_t operands, double number = 0) {
    program_.ops.push_back({code, 0, number});
    depth_ -= operands - 1;
  }

  const Syntax& syntax_;
  const std::vector<Typed>& typed_;
  Program program_;
  std::size_t depth_ = 0;
  std::size_t deepest_ = 0;
};

}  // namespace

Compiled compile(const Syntax& syntax, const Scope& scope) {
  Checked checked = check(syntax, scope);
  if (!checked.errors.empty()) return {std::nullopt, std::move(checked.errors)};
  return {Emitter{syntax, checked.nodes}.run(), {}};
}

Compiled compile(std::string_view expression, const Scope& scope) {
  Parsed parsed = parse(expression);
  if (!parsed.syntax) return {std::nullopt, std::move(parsed.errors)};
  return compile(*parsed.syntax, scope);
}

}  // namespace chargehook::rules
