/// From the text of a condition to a program, in one call. Pure; any thread.
#pragma once

#include <optional>
#include <string_view>

#include "rules/language/program.hpp"
#include "rules/language/scope.hpp"
#include "rules/language/syntax.hpp"

namespace chargehook::rules {

struct Compiled {
  std::optional<Program> program;
  Diagnostics errors;  ///< all that can be found in one pass; places are in the expression
};

/// For a tree that is compiled once per instance.
[[nodiscard]] Compiled compile(const Syntax& syntax, const Scope& scope);

[[nodiscard]] Compiled compile(std::string_view expression, const Scope& scope);

}  // namespace chargehook::rules
