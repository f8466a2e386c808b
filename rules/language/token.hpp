/// The words of an expression.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "rules/language/diagnostic.hpp"

namespace chargehook::rules {

enum class TokenKind : std::uint8_t {
  end,
  number,
  name,
  text,
  percent,
  dot,
  comma,
  open,
  close,
  plus,
  minus,
  star,
  slash,
  less,
  less_equal,
  greater,
  greater_equal,
  equal,
  not_equal,
};

/// `text` is a view into the expression; of TokenKind::text without its quotes.
struct Token {
  TokenKind kind = TokenKind::end;
  Place place;
  std::string_view text;
  double number = 0;  ///< of TokenKind::number
};

}  // namespace chargehook::rules
