#include "rules/language/program.hpp"

#include <array>

#include "model/result.hpp"

namespace chargehook::rules {

namespace {

constexpr double yes = 1;
constexpr double no = 0;

double truth(bool value) { return value ? yes : no; }

bool holds(OpCode op, double left, double right) {
  switch (op) {
    case OpCode::less:
      return left < right;
    case OpCode::less_equal:
      return left <= right;
    case OpCode::greater:
      return left > right;
    case OpCode::greater_equal:
      return left >= right;
    case OpCode::equal:
      return left == right;
    case OpCode::not_equal:
      return left != right;
    default:
      break;
  }
  CHARGEHOOK_ASSERT(false);
  return false;
}

/// What is infinite came out of a division by zero, and is not known either.
double compared(OpCode op, double left, double right) {
  if (!std::isfinite(left) || !std::isfinite(right)) return unknown_value;
  return truth(holds(op, left, right));
}

double both(double left, double right) {
  if (left == no || right == no) return no;
  return std::isnan(left) || std::isnan(right) ? unknown_value : yes;
}

double either(double left, double right) {
  if (left == yes || right == yes) return yes;
  return std::isnan(left) || std::isnan(right) ? unknown_value : no;
}

double opposite(double value) { return std::isnan(value) ? value : 1 - value; }

/// Below the low bound is below it whatever the high one is.
double within(double value, double low, double high) {
  return both(compared(OpCode::greater_equal, value, low), compared(OpCode::less_equal, value, high));
}

double status(const Op& op, const Sample& sample) {
  if (std::isnan(sample.value)) return unknown_value;
  return truth((sample.value == op.number) == (op.code == OpCode::status_is));
}

double quality_test(OpCode code, const Sample& sample) {
  if (sample.awaited) return unknown_value;
  if (code == OpCode::is_stale) return truth(sample.quality == model::Quality::stale);
  return truth(std::isnan(sample.value) == (code == OpCode::is_unknown));
}

double extreme(OpCode op, double left, double right) {
  if (std::isnan(left) || std::isnan(right)) return unknown_value;
  return (op == OpCode::minimum) == (left < right) ? left : right;
}

/// Two values into one, by everything that takes two.
double joined(OpCode code, double left, double right) {
  switch (code) {
    case OpCode::add:
      return left + right;
    case OpCode::subtract:
      return left - right;
    case OpCode::multiply:
      return left * right;
    case OpCode::divide:
      return left / right;
    case OpCode::minimum:
    case OpCode::maximum:
      return extreme(code, left, right);
    case OpCode::logical_and:
      return both(left, right);
    case OpCode::logical_or:
      return either(left, right);
    default:
      return compared(code, left, right);
  }
}

class Machine {
 public:
  explicit Machine(std::span<const Sample> slots) : slots_(slots) {}

  Truth run(const Program& program) {
    for (const Op& op : program.ops) step(op);
    const double result = stack_[0];
    if (std::isnan(result)) return Truth::unknown;
    return result == yes ? Truth::yes : Truth::no;
  }

 private:
  void step(const Op& op) {
    switch (op.code) {
      case OpCode::constant:
        return push(op.number);
      case OpCode::signal:
        return push(slots_[op.slot].value);
      case OpCode::status_is:
      case OpCode::status_is_not:
        return push(status(op, slots_[op.slot]));
      case OpCode::is_unknown:
      case OpCode::is_stale:
      case OpCode::is_fresh:
        return push(quality_test(op.code, slots_[op.slot]));
      case OpCode::negate:
        return push(-pop());
      case OpCode::absolute:
        return push(std::abs(pop()));
      case OpCode::scale:
        return push(pop() * op.number);
      case OpCode::logical_not:
        return push(opposite(pop()));
      case OpCode::between:
        return between();
      default:
        break;
    }
    const double right = pop();
    const double left = pop();
    push(joined(op.code, left, right));
  }

  void between() {
    const double high = pop();
    const double low = pop();
    push(within(pop(), low, high));
  }

  void push(double value) { stack_[top_++] = value; }
  double pop() { return stack_[--top_]; }

  std::span<const Sample> slots_;
  std::array<double, stack_max> stack_;  // written before read; not cleared, which would cost more than the program
  std::size_t top_ = 0;
};

}  // namespace

Truth evaluate(const Program& program, std::span<const Sample> slots) {
  if (program.comparison) {
    const double value = slots[program.comparison->slot].value;
    if (!std::isfinite(value)) return Truth::unknown;
    return holds(program.comparison->op, value, program.comparison->limit) ? Truth::yes : Truth::no;
  }
  return Machine{slots}.run(program);
}

Program relocated(Program program, std::span<const std::uint32_t> slots, std::span<const std::uint32_t> words) {
  for (Op& op : program.ops) {
    if (op.code == OpCode::status_is || op.code == OpCode::status_is_not) {
      op.number = words[static_cast<std::size_t>(op.number)];
    }
    if (op.slot < slots.size()) op.slot = slots[op.slot];
  }
  if (program.comparison) program.comparison->slot = slots[program.comparison->slot];
  return program;
}

Program negated(Program program) {
  program.ops.push_back({OpCode::logical_not, 0, 0});
  program.comparison.reset();
  return program;
}

}  // namespace chargehook::rules
