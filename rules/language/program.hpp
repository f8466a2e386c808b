/// A compiled condition: a few operations over slots that hold the last value of each signal. Immutable; any thread.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "model/reading.hpp"
#include "model/unit.hpp"
#include "rules/language/topology.hpp"

namespace chargehook::rules {

/// Three-valued logic after Kleene: what cannot be known is neither true nor false.
enum class Truth : std::uint8_t { no, yes, unknown };

[[nodiscard]] inline Truth negation(Truth truth) {
  if (truth == Truth::unknown) return truth;
  return truth == Truth::yes ? Truth::no : Truth::yes;
}

/// Not a number stands for unknown, in slots and on the way through a program.
inline constexpr double unknown_value = std::numeric_limits<double>::quiet_NaN();

/// The last value of a signal: a number in its base unit, or the number of a status word in the reader's list of words.
struct Sample {
  double value = unknown_value;
  model::Quality quality = model::Quality::invalid;
  bool awaited = false;  ///< nothing has come yet, and it is too early to conclude anything from that
};

/// Values of these qualities count; a stale, frozen or invalid one is unknown.
[[nodiscard]] inline bool is_usable(model::Quality quality) {
  return quality == model::Quality::good || quality == model::Quality::estimated ||
         quality == model::Quality::simulated;
}

enum class OpCode : std::uint8_t {
  constant,
  signal,  ///< push
  negate,
  absolute,
  scale,  ///< one → one; scale multiplies by `number`
  add,
  subtract,
  multiply,
  divide,
  minimum,
  maximum,  ///< two → one
  less,
  less_equal,
  greater,
  greater_equal,
  equal,
  not_equal,  ///< two → truth
  between,    ///< three → truth
  status_is,
  status_is_not,  ///< → truth, of `slot` against word `number`
  is_unknown,
  is_stale,
  is_fresh,  ///< → truth, of `slot`
  logical_not,
  logical_and,
  logical_or,
};

struct Op {
  OpCode code = OpCode::constant;
  std::uint32_t slot = 0;
  double number = 0;
};

struct Input {
  std::string device;  ///< as in model::Reading
  DeviceKind device_kind = DeviceKind::meter;
  model::Nanoseconds interval{0};  ///< Device::interval
  model::SignalId signal{};
  std::string written;  ///< as the rule names it: "grid.power"
  std::string circuit;  ///< the circuit it was named by, or empty
};

/// `signal op limit` and nothing else: by far the most frequent condition.
struct Comparison {
  std::uint32_t slot = 0;
  OpCode op = OpCode::greater;
  double limit = 0;
};

struct Program {
  std::vector<Op> ops;
  std::vector<Input> inputs;       ///< slot i of a program fresh from the compiler is inputs[i]
  std::vector<std::string> words;  ///< status words it compares with; Op::number is an index into it
  std::optional<Comparison> comparison;
  model::Quantity quantity = model::Quantity::none;  ///< of the comparison
};

/// Values waiting on the way through a program; compile() refuses what would need more.
inline constexpr std::size_t stack_max = 256;

/// @param slots every slot that the program's ops name
[[nodiscard]] Truth evaluate(const Program& program, std::span<const Sample> slots);

/// The same program over other slots: slot i becomes slots[i], word i becomes words[i].
[[nodiscard]] Program relocated(Program program, std::span<const std::uint32_t> slots,
                                std::span<const std::uint32_t> words);

/// The opposite condition.
[[nodiscard]] Program negated(Program program);

}  // namespace chargehook::rules
