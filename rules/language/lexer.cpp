#include "rules/language/lexer.hpp"

#include <array>
#include <charconv>
#include <optional>
#include <string>

namespace chargehook::rules {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_name_start(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}
bool is_name_part(char c) { return is_name_start(c) || is_digit(c); }
bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

struct Symbol {
  std::string_view text;
  TokenKind kind;
};
// Longer ones first.
constexpr std::array symbols{
    Symbol{"<=", TokenKind::less_equal}, Symbol{">=", TokenKind::greater_equal}, Symbol{"==", TokenKind::equal},
    Symbol{"!=", TokenKind::not_equal},  Symbol{"<", TokenKind::less},           Symbol{">", TokenKind::greater},
    Symbol{"+", TokenKind::plus},        Symbol{"-", TokenKind::minus},          Symbol{"*", TokenKind::star},
    Symbol{"/", TokenKind::slash},       Symbol{"%", TokenKind::percent},        Symbol{"(", TokenKind::open},
    Symbol{")", TokenKind::close},       Symbol{",", TokenKind::comma},          Symbol{".", TokenKind::dot},
};

struct Foreign {
  std::string_view text;
  std::string_view help;
};
// What people write who know another language, or whose editor is too clever. Longer ones first.
constexpr std::array foreign{
    Foreign{"&&", "write and"},
    Foreign{"||", "write or"},
    Foreign{"<>", "write !="},
    Foreign{"=>", "write >="},
    Foreign{"=<", "write <="},
    Foreign{"=", "write == to compare"},
    Foreign{"!", "write not"},
    Foreign{"\xe2\x89\xa4", "write <="},                       // ≤
    Foreign{"\xe2\x89\xa5", "write >="},                       // ≥
    Foreign{"\xe2\x89\xa0", "write !="},                       // ≠
    Foreign{"\xe2\x88\x92", "write - with blanks around it"},  // the minus sign of typesetters
    Foreign{"\xe2\x80\x93", "write - with blanks around it"},  // en dash
    Foreign{"\xc3\x97", "write *"},                            // ×
    Foreign{"\xc3\xb7", "write /"},                            // ÷
    Foreign{"\xc2\xa0", "write an ordinary blank"},            // no-break space
};

class Lexer {
 public:
  explicit Lexer(std::string_view expression) : text_(expression) {}

  Lexed run() {
    if (text_.size() > expression_bytes_max) {
      fail("E213", {0, text_.size()}, "the expression has more than 2000 characters", "split it into several rules");
    }
    while (result_.errors.empty() && skip_blanks()) next();
    if (!result_.errors.empty()) {
      result_.tokens.clear();
    } else {
      result_.tokens.push_back({TokenKind::end, {text_.size(), 0}, {}, 0});
    }
    return std::move(result_);
  }

 private:
  bool skip_blanks() {
    while (at_ < text_.size() && is_blank(text_[at_])) ++at_;
    return at_ < text_.size();
  }

  void next() {
    if (foreign_operator()) return;
    const char c = text_[at_];
    if (is_digit(c)) return number();
    if (is_name_start(c)) return name();
    if (c == '\'') return quoted();
    symbol();
  }

  bool foreign_operator() {
    const std::string_view rest = text_.substr(at_);
    if (rest.starts_with("==") || rest.starts_with("!=")) return false;
    for (const Foreign& known : foreign) {
      if (!rest.starts_with(known.text)) continue;
      fail("E219", {at_, known.text.size()}, quote(known.text) + " is not a word of this language",
           std::string{known.help});
      return true;
    }
    return false;
  }

  void symbol() {
    const std::string_view rest = text_.substr(at_);
    for (const Symbol& known : symbols) {
      if (rest.starts_with(known.text)) return push(known.kind, at_, known.text.size());
    }
    const bool printable = rest[0] > ' ' && rest[0] < 0x7f;
    fail("E201", {at_, 1}, printable ? quote(rest.substr(0, 1)) + " means nothing here" : "unprintable character",
         rest[0] == '"' ? "names in quotes are written 'like this'" : "");
  }

  void name() {
    const std::size_t begin = at_;
    while (at_ < text_.size() && !starts_foreign() && (is_name_part(text_[at_]) || is_inner_hyphen())) ++at_;
    const std::size_t length = at_ - begin;
    at_ = begin;
    push(TokenKind::name, begin, length);
  }

  bool is_inner_hyphen() const { return text_[at_] == '-' && at_ + 1 < text_.size() && is_name_part(text_[at_ + 1]); }

  bool starts_foreign() const {
    if (static_cast<unsigned char>(text_[at_]) < 0x80) return false;
    for (const Foreign& known : foreign) {
      if (text_.substr(at_).starts_with(known.text)) return true;
    }
    return false;
  }

  void quoted() {
    const std::size_t end = text_.find('\'', at_ + 1);
    if (end == std::string_view::npos) {
      return fail("E201", {at_, text_.size() - at_}, "the quote is not closed", "end the name with '");
    }
    result_.tokens.push_back({TokenKind::text, {at_, end + 1 - at_}, text_.substr(at_ + 1, end - at_ - 1), 0});
    at_ = end + 1;
  }

  std::string_view digits() {
    const std::size_t begin = at_;
    while (at_ < text_.size() && is_digit(text_[at_])) ++at_;
    return text_.substr(begin, at_ - begin);
  }

  void number() {
    const std::size_t begin = at_;
    const std::string_view whole = digits();
    std::string_view decimals;
    const bool decimal_comma = at_ + 1 < text_.size() && text_[at_] == ',' && is_digit(text_[at_ + 1]);
    if (decimal_comma || (at_ + 1 < text_.size() && text_[at_] == '.' && is_digit(text_[at_ + 1]))) {
      ++at_;
      decimals = digits();
    }
    const Place place{begin, at_ - begin};
    const std::string point = decimals.empty() ? std::string{whole} : std::string{whole} + "." + std::string{decimals};
    if (const std::string complaint = complain(whole, decimals, decimal_comma); !complaint.empty()) {
      return fail("E202", place, quote(text_.substr(begin, place.length)) + " can be read in two ways", complaint);
    }
    if (whole.size() > 15 || decimals.size() > 15) return fail("E202", place, "the number has too many digits", "");
    double value = 0;
    std::from_chars(point.data(), point.data() + point.size(), value);
    result_.tokens.push_back({TokenKind::number, place, text_.substr(begin, place.length), value});
  }

  /// What to write instead of a number that one reader takes for another than the next does; empty if it is plain.
  static std::string complain(std::string_view whole, std::string_view decimals, bool decimal_comma) {
    const bool grouped = decimals.size() == 3 && whole.size() <= 3 && whole != "0";
    const std::string as_whole = std::string{whole} + std::string{decimals};
    if (grouped) return "write " + without_zeros(whole, decimals) + " or " + as_whole;
    if (decimal_comma) return "write " + std::string{whole} + "." + std::string{decimals};
    if (whole.size() > 1 && whole[0] == '0') return "write it without the leading 0";
    return {};
  }

  static std::string without_zeros(std::string_view whole, std::string_view decimals) {
    while (!decimals.empty() && decimals.back() == '0') decimals.remove_suffix(1);
    return decimals.empty() ? std::string{whole} : std::string{whole} + "." + std::string{decimals};
  }

  void push(TokenKind kind, std::size_t begin, std::size_t length) {
    result_.tokens.push_back({kind, {begin, length}, text_.substr(begin, length), 0});
    at_ = begin + length;
  }

  static std::string quote(std::string_view text) { return "\"" + std::string{text} + "\""; }

  void fail(std::string code, Place place, std::string message, std::string help) {
    result_.errors.push_back({std::move(code), place, std::move(message), std::move(help)});
  }

  std::string_view text_;
  std::size_t at_ = 0;
  Lexed result_;
};

}  // namespace

Lexed lex(std::string_view expression) { return Lexer{expression}.run(); }

}  // namespace chargehook::rules
