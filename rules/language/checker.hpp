/// Gives every node of an expression its type and looks its names up. Pure; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "rules/language/scope.hpp"
#include "rules/language/syntax.hpp"

namespace chargehook::rules {

enum class Type : std::uint8_t {
  wrong,      ///< an error has been noted; says nothing more
  condition,  ///< true, false, unknown
  number,     ///< in the base unit of `quantity`
  status,     ///< a status signal
  word,       ///< a status word
};

/// What is known of a node.
struct Typed {
  Type type = Type::wrong;
  model::Quantity quantity = model::Quantity::none;
  std::optional<double> constant;   ///< of a number that no signal has a part in
  std::optional<SignalRef> signal;  ///< of a path that is a signal
  double factor = 1;                ///< of an arithmetic node: brings the result to its base unit
};

struct Checked {
  std::vector<Typed> nodes;  ///< one for each of Syntax::nodes
  Diagnostics errors;        ///< all; the nodes are of use only if there is none
};

/// @param scope what names mean; its topology has to outlive the result
/// Errors: those of Scope and algebra.hpp; E208 status used as a number or the reverse, E209 status word misspelt,
/// E210 a word where a value belongs, E215 a condition is missing, E216 a condition used as a value,
/// E226 no signal has a part in it, E227 `is` without a signal, E229 number of arguments.
[[nodiscard]] Checked check(const Syntax& syntax, const Scope& scope);

}  // namespace chargehook::rules
