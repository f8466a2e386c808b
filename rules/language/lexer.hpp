/// Cuts an expression into tokens. Pure; any thread.
///
/// Names are letters, digits, `_`, and `-` between two of these (`feeder-a`), so a minus sign has blanks around it.
/// Bytes above 0x7f belong to names (`°C`); keywords are names here. Numbers are `12` or `12.5`: no sign, no exponent.
#pragma once

#include <string_view>
#include <vector>

#include "rules/language/token.hpp"

namespace chargehook::rules {

/// Longest expression that is read, in bytes.
inline constexpr std::size_t expression_bytes_max = 2000;

struct Lexed {
  std::vector<Token> tokens;  ///< ends with TokenKind::end; empty if there is an error
  Diagnostics errors;  ///< at most one: E201 character, E202 number, E213 too long, E219 operator of another language
};

[[nodiscard]] Lexed lex(std::string_view expression);

}  // namespace chargehook::rules
