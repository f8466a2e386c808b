/// Reads an expression into a tree. Pure; any thread.
///
///   expression = and { "or" and }                      and    = not { "and" not }
///   not        = "not" not | comparison
///   comparison = sum [ ("<"|"<="|">"|">="|"=="|"!=") sum | ["not"] "between" sum "and" sum
///                    | "is" ["not"] ("unknown"|"stale"|"fresh") ]
///   sum        = product { ("+"|"-") product }         product = unary { ("*"|"/") unary }
///   unary      = "-" unary | primary
///   primary    = number [unit] | number "%" ["of" primary] | path | word
///              | function "(" expression { "," expression } ")" | "(" expression ")"
///   path       = [kind] 'text' "." name | name "." name
#pragma once

#include <optional>
#include <string_view>

#include "rules/language/syntax.hpp"

namespace chargehook::rules {

/// Deepest nesting of parentheses, signs, `not` and `of` that is read.
inline constexpr int nesting_max = 32;

struct Parsed {
  std::optional<Syntax> syntax;
  Diagnostics errors;  ///< one, the first, if there is no syntax
};

/// Errors: those of lex(); E203 unknown unit, E210 something else expected, E211 chained comparison, E212 nested too
/// deep, E214 parenthesis not closed, E217 nothing there, E228 unknown function.
[[nodiscard]] Parsed parse(std::string_view expression);

}  // namespace chargehook::rules
