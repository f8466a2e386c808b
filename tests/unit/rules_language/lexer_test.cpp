#include "rules/language/lexer.hpp"

#include <doctest/doctest.h>

#include <string>

namespace chargehook::rules {

namespace {

/// The texts of all tokens, with a bar between them.
std::string cut(std::string_view expression) {
  std::string out;
  for (const Token& token : lex(expression).tokens) {
    if (token.kind == TokenKind::end) break;
    out += out.empty() ? "" : "|";
    out += token.text;
  }
  return out;
}

}  // namespace

TEST_CASE("an expression is cut into words, numbers and signs") {
  struct Case {
    std::string_view expression;
    std::string_view words;
  };
  for (const Case& each : {
           Case{"grid.power > 250 kW", "grid|.|power|>|250|kW"},
           Case{"feeder-a.power-feeder-b.power", "feeder-a|.|power-feeder-b|.|power"},
           Case{"a.b - c.d", "a|.|b|-|c|.|d"},
           Case{"90 % of x.y", "90|%|of|x|.|y"},
           Case{"250kW", "250|kW"},
           Case{"a<=b>=c==d!=e<f>g", "a|<=|b|>=|c|==|d|!=|e|<|f|>|g"},
           Case{"70 \xc2\xb0"
                "C",
                "70|\xc2\xb0"
                "C"},
           Case{"charger 'DE*ABC*7'.power", "charger|DE*ABC*7|.|power"},
           Case{"min(a.b,0.5 A)", "min|(|a|.|b|,|0.5|A|)"},
           Case{"\t a\n.\r b ", "a|.|b"},
           Case{"-5", "-|5"},
           Case{"a -5", "a|-|5"},
           Case{"a- 5", "a|-|5"},
           Case{"0.125 A", "0.125|A"},
           Case{"1234.567", "1234.567"},
           Case{"5.power", "5|.|power"},
           Case{"", ""},
       }) {
    CAPTURE(each.expression);
    CHECK(lex(each.expression).errors.empty());
    CHECK(cut(each.expression) == each.words);
  }
}

TEST_CASE("a token knows where it stood") {
  const Lexed lexed = lex("ab  >= 1.5 'x'");
  REQUIRE(lexed.tokens.size() == 5);
  CHECK(lexed.tokens[0].place == Place{0, 2});
  CHECK(lexed.tokens[1].place == Place{4, 2});
  CHECK(lexed.tokens[2].place == Place{7, 3});
  CHECK(lexed.tokens[2].number == 1.5);
  CHECK(lexed.tokens[3].place == Place{11, 3});
  CHECK(lexed.tokens[4].place == Place{14, 0});
}

TEST_CASE("an expression of 2000 bytes is read, one of 2001 is not") {
  CHECK(lex(std::string(2000, 'a')).errors.empty());
  const Lexed lexed = lex(std::string(2001, 'a'));
  REQUIRE(lexed.errors.size() == 1);
  CHECK(lexed.errors[0].code == "E213");
  CHECK(lexed.tokens.empty());
}

}  // namespace chargehook::rules
