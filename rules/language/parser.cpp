#include "rules/language/parser.hpp"

#include <algorithm>
#include <utility>

#include "rules/language/keywords.hpp"
#include "rules/language/lexer.hpp"
#include "rules/language/nearest.hpp"

namespace chargehook::rules {

std::string Path::written() const {
  std::string out = of_kind;
  for (const PathPart& part : parts) {
    if (!out.empty()) out += &part == &parts.front() ? ' ' : '.';
    out += part.name;
  }
  return out;
}

namespace {

/// Nothing: an error has been noted and the parse ends.
using Parse = std::optional<NodeIndex>;

struct Operator {
  TokenKind token;
  NodeKind node;
};
constexpr std::array comparisons{
    Operator{TokenKind::less, NodeKind::less},       Operator{TokenKind::less_equal, NodeKind::less_equal},
    Operator{TokenKind::greater, NodeKind::greater}, Operator{TokenKind::greater_equal, NodeKind::greater_equal},
    Operator{TokenKind::equal, NodeKind::equal},     Operator{TokenKind::not_equal, NodeKind::not_equal},
};

std::optional<NodeKind> comparison_of(TokenKind kind) {
  const auto found = std::ranges::find(comparisons, kind, &Operator::token);
  return found == comparisons.end() ? std::nullopt : std::optional{found->node};
}

class Parser {
 public:
  explicit Parser(std::vector<Token> tokens) : tokens_(std::move(tokens)) {}

  Parsed run() {
    if (peek().kind == TokenKind::end) {
      fail("E217", peek().place, "there is no expression", "for example: grid.power > 250 kW");
    } else if (expression() && peek().kind != TokenKind::end) {
      unexpected("an operator or the end");
    }
    if (error_) return {std::nullopt, {*error_}};
    return {std::move(syntax_), {}};
  }

 private:
  /// Counts one level of nesting for the life of the object.
  class Nested {
   public:
    explicit Nested(Parser& parser) : parser_(parser) { ++parser_.depth_; }
    ~Nested() { --parser_.depth_; }
    Nested(const Nested&) = delete;
    Nested& operator=(const Nested&) = delete;
    [[nodiscard]] bool too_deep() const {
      if (parser_.depth_ > nesting_max) {
        parser_.fail("E212", parser_.peek().place, "nested more than 32 deep", "split it into several rules");
      }
      return parser_.depth_ > nesting_max;
    }

   private:
    Parser& parser_;
  };

  Parse expression() { return chain({{"or", NodeKind::logical_or}}, &Parser::conjunction); }
  Parse conjunction() { return chain({{"and", NodeKind::logical_and}}, &Parser::negation); }
  Parse sum() { return chain({{"+", NodeKind::add}, {"-", NodeKind::subtract}}, &Parser::product); }
  Parse product() { return chain({{"*", NodeKind::multiply}, {"/", NodeKind::divide}}, &Parser::unary); }

  struct Link {
    std::string_view word;
    NodeKind node;
  };

  /// operand { link operand }, from left to right.
  Parse chain(std::initializer_list<Link> links, Parse (Parser::*operand)()) {
    Parse left = (this->*operand)();
    while (left) {
      const auto link = std::ranges::find_if(links, [&](const Link& each) { return at_word(each.word); });
      if (link == links.end()) break;
      take();
      const Parse right = (this->*operand)();
      left = right ? Parse{make(link->node, {*left, *right})} : std::nullopt;
    }
    return left;
  }

  Parse negation() {
    if (!at_word("not")) return comparison();
    const Place begin = take().place;
    const Nested nested{*this};
    if (nested.too_deep()) return std::nullopt;
    const Parse operand = negation();
    return operand ? Parse{make(NodeKind::logical_not, {*operand}, begin)} : std::nullopt;
  }

  Parse comparison() {
    const Parse left = sum();
    if (!left) return std::nullopt;
    if (const auto kind = comparison_of(peek().kind)) {
      take();
      const Parse right = sum();
      return right ? unchained(make(*kind, {*left, *right})) : std::nullopt;
    }
    if (at_word("is")) return unchained(quality_test(*left));
    const bool negated = at_word("not") && peek(1).text == "between";
    if (negated) take();
    if (at_word("between")) return unchained(between(*left, negated));
    return left;
  }

  Parse unchained(Parse made) {
    if (made && (comparison_of(peek().kind) || at_word("between") || at_word("is"))) {
      return fail("E211", peek().place, "one comparison cannot follow another",
                  "write `a > 5 A and a < 9 A`, or `a between 5 A and 9 A`");
    }
    return made;
  }

  Parse between(NodeIndex operand, bool negated) {
    take();
    const Parse low = sum();
    if (!low) return std::nullopt;
    if (!at_word("and")) return unexpected("`and` (as in `between 5 A and 9 A`)");
    take();
    const Parse high = sum();
    if (!high) return std::nullopt;
    const NodeIndex made = make(NodeKind::between, {operand, *low, *high});
    return negated ? make(NodeKind::logical_not, {made}) : made;
  }

  Parse quality_test(NodeIndex operand) {
    take();
    const bool negated = at_word("not");
    if (negated) take();
    NodeKind kind = NodeKind::is_unknown;
    if (at_word("stale")) kind = NodeKind::is_stale;
    if (at_word("fresh")) kind = NodeKind::is_fresh;
    if (kind == NodeKind::is_unknown && !at_word("unknown")) return unexpected("`unknown`, `stale` or `fresh`");
    const Place end = take().place;
    const NodeIndex made = make(kind, {operand}, end);
    return negated ? make(NodeKind::logical_not, {made}) : made;
  }

  Parse unary() {
    if (peek().kind != TokenKind::minus) return primary();
    const Place begin = take().place;
    const Nested nested{*this};
    if (nested.too_deep()) return std::nullopt;
    const bool literal = peek().kind == TokenKind::number;
    const Parse operand = unary();
    if (!operand) return std::nullopt;
    Node& node = syntax_.nodes[*operand];
    if (!literal || node.kind != NodeKind::number) return make(NodeKind::negate, {*operand}, begin);
    node.number = -node.number;  // before the unit counts: -5 degF is not -(5 degF)
    node.place = cover(begin, node.place);
    return operand;
  }

  Parse primary() {
    switch (peek().kind) {
      case TokenKind::number:
        return number();
      case TokenKind::text:
        return path({});
      case TokenKind::open:
        return parenthesis();
      case TokenKind::name:
        return is_keyword(peek().text) ? unexpected("a value") : named();
      default:
        return unexpected("a value");
    }
  }

  Parse named() {
    if (peek(1).kind == TokenKind::text) return path(std::string{take().text});
    if (peek(1).kind == TokenKind::open) return call();
    if (peek(1).kind == TokenKind::dot) return path({});
    const Token token = take();
    const NodeIndex made = make(NodeKind::word, {}, token.place);
    syntax_.nodes[made].text = token.text;
    return made;
  }

  Parse path(std::string of_kind) {
    Path result;
    const Place begin = of_kind.empty() ? peek().place : tokens_[at_ - 1].place;
    result.of_kind = std::move(of_kind);
    result.parts.push_back({std::string{peek().text}, peek().place});
    Place end = take().place;
    while (peek().kind == TokenKind::dot) {
      take();
      if (peek().kind != TokenKind::name) return unexpected("a name after the dot");
      result.parts.push_back({std::string{peek().text}, peek().place});
      end = take().place;
    }
    if (result.parts.size() == 1) return unexpected("a dot and the name of a signal");
    result.place = cover(begin, end);
    const NodeIndex made = make(NodeKind::path, {}, result.place);
    syntax_.nodes[made].path = std::move(result);
    return made;
  }

  Parse call() {
    const Token function = take();
    if (!is_function(function.text)) {
      std::string help = did_you_mean(function.text, functions);
      if (help.empty()) help = "functions are abs, avg, max, min";
      return fail("E228", function.place, "unknown function \"" + std::string{function.text} + "\"", std::move(help));
    }
    const Place open = take().place;
    const Nested nested{*this};
    if (nested.too_deep()) return std::nullopt;
    std::vector<NodeIndex> arguments;
    do {
      if (!arguments.empty()) take();
      const Parse argument = expression();
      if (!argument) return std::nullopt;
      arguments.push_back(*argument);
    } while (peek().kind == TokenKind::comma);
    const auto close = closing(open);
    if (!close) return std::nullopt;
    const NodeIndex made = make(NodeKind::call, std::move(arguments), cover(function.place, *close));
    syntax_.nodes[made].text = function.text;
    return made;
  }

  Parse parenthesis() {
    const Place open = take().place;
    const Nested nested{*this};
    if (nested.too_deep()) return std::nullopt;
    const Parse inner = expression();
    if (!inner) return std::nullopt;
    const auto close = closing(open);
    if (!close) return std::nullopt;
    syntax_.nodes[*inner].place = cover(open, *close);
    return inner;
  }

  std::optional<Place> closing(Place open) {
    if (peek().kind == TokenKind::close) return take().place;
    if (peek().kind == TokenKind::end) {
      fail("E214", open, "this parenthesis is not closed", "add ) where it ends");
    } else {
      unexpected("an operator or )");
    }
    return std::nullopt;
  }

  Parse number() {
    const Token token = take();
    const NodeIndex made = make(NodeKind::number, {}, token.place);
    syntax_.nodes[made].number = token.number;
    if (peek().kind == TokenKind::percent) return percent(made);
    const bool unit_follows = peek().kind == TokenKind::name && !is_keyword(peek().text);
    return unit_follows ? with_unit(made) : made;
  }

  Parse with_unit(NodeIndex made) {
    const Token token = take();
    const model::Unit* unit = model::find_unit(token.text);
    if (!unit && model::find_unit(token.text.substr(0, token.text.find('-')))) {
      return fail("E218", token.place, "a minus sign needs blanks around it", "write `5 A - 3 A`");
    }
    if (!unit) return unknown_unit(token);
    Node& node = syntax_.nodes[made];
    node.unit = unit;
    node.place = cover(node.place, token.place);
    return made;
  }

  Parse unknown_unit(const Token& token) {
    const bool exponent = (token.text.starts_with("e") || token.text.starts_with("E")) && token.text.size() > 1 &&
                          std::ranges::all_of(token.text.substr(1), [](char c) { return c >= '0' && c <= '9'; });
    std::vector<std::string_view> symbols;
    for (const model::Unit& unit : model::units()) symbols.push_back(unit.symbol);
    std::string help = exponent ? "write all digits, for example 1000" : did_you_mean(token.text, symbols);
    if (help.empty()) help = "units are for example W kW A V Hz kWh degC K s min h";
    return fail("E203", token.place, "unknown unit \"" + std::string{token.text} + "\"", std::move(help));
  }

  Parse percent(NodeIndex made) {
    const Place end = take().place;
    if (!at_word("of")) {
      Node& node = syntax_.nodes[made];
      node.unit = model::find_unit("%");
      node.place = cover(node.place, end);
      return made;
    }
    take();
    const Nested nested{*this};
    if (nested.too_deep()) return std::nullopt;
    const Parse base = primary();
    if (!base) return std::nullopt;
    const NodeIndex whole = make(NodeKind::percent_of, {*base}, syntax_.nodes[made].place);
    syntax_.nodes[whole].number = syntax_.nodes[made].number;
    return whole;
  }

  /// A node whose place covers `place` and its children.
  NodeIndex make(NodeKind kind, std::vector<NodeIndex> children, std::optional<Place> place = std::nullopt) {
    Node node;
    node.kind = kind;
    node.place = place ? *place : syntax_.nodes[children.front()].place;
    for (const NodeIndex child : children) node.place = cover(node.place, syntax_.nodes[child].place);
    node.children = std::move(children);
    syntax_.nodes.push_back(std::move(node));
    return syntax_.root_index();
  }

  const Token& peek(std::size_t ahead = 0) const { return tokens_[std::min(at_ + ahead, tokens_.size() - 1)]; }
  const Token& take() { return tokens_[std::min(at_++, tokens_.size() - 1)]; }

  /// Operators and keywords alike; a quoted name is neither.
  bool at_word(std::string_view word) const { return peek().kind != TokenKind::text && peek().text == word; }

  std::nullopt_t unexpected(std::string_view expected) {
    const Token& token = peek();
    const std::string found = token.kind == TokenKind::end ? "the end" : "\"" + std::string{token.text} + "\"";
    return fail("E210", token.place, "expected " + std::string{expected} + ", found " + found, hint(token));
  }

  std::string hint(const Token& token) const {
    if (token.kind == TokenKind::number && at_ > 0) return "is an operator missing, or a blank around a minus?";
    if (token.kind != TokenKind::name) return {};
    constexpr std::array<std::string_view, 5> operators{"and", "or", "not", "between", "is"};
    return did_you_mean(token.text, operators);
  }

  std::nullopt_t fail(std::string code, Place place, std::string message, std::string help) {
    if (!error_) error_ = Diagnostic{std::move(code), place, std::move(message), std::move(help)};
    return std::nullopt;
  }

  std::vector<Token> tokens_;
  std::size_t at_ = 0;
  int depth_ = 0;
  Syntax syntax_;
  std::optional<Diagnostic> error_;
};

}  // namespace

Parsed parse(std::string_view expression) {
  Lexed lexed = lex(expression);
  if (!lexed.errors.empty()) return {std::nullopt, std::move(lexed.errors)};
  return Parser{std::move(lexed.tokens)}.run();
}

}  // namespace chargehook::rules
