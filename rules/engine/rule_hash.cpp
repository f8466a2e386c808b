#include "rules/engine/rule_hash.hpp"

#include <initializer_list>
#include <string_view>

#include "model/event_id.hpp"
#include "model/unit.hpp"
#include "rules/language/lexer.hpp"

namespace chargehook::rules {

namespace {

std::string digest(std::initializer_list<std::string_view> parts) {
  std::string bytes;
  for (const std::string_view part : parts) {
    bytes += std::to_string(part.size());
    bytes += ':';
    bytes += part;
  }
  const model::Digest whole = model::sha256(bytes);
  return model::hex(std::span{whole}.first(8));
}

/// The expression with one blank between words, and # for each number and its unit.
std::string shape(std::string_view expression) {
  std::string out;
  bool after_number = false;
  for (const Token& token : lex(expression).tokens) {
    const bool is_unit = after_number && token.kind == TokenKind::name && model::find_unit(token.text);
    after_number = token.kind == TokenKind::number;
    if (is_unit) continue;
    out += after_number ? std::string_view{"#"} : token.text;
    out += ' ';
  }
  return out;
}

std::string word_of(Missing missing) { return std::to_string(static_cast<int>(missing)); }
std::string word_of(std::optional<AlarmKind> kind) { return kind ? std::string{to_string(*kind)} : std::string{}; }

}  // namespace

std::string version_hash(const RuleConfig& rule) {
  return digest({rule.id, rule.title, rule.each, rule.when, rule.clear, std::to_string(rule.raise_after.count()),
                 std::to_string(rule.clear_after.count()), model::to_string(rule.severity), word_of(rule.missing),
                 word_of(rule.kind), rule.cause, rule.advice, rule.text});
}

std::string stateful_hash(const RuleConfig& rule) {
  return digest({rule.each, shape(rule.when), shape(rule.clear), word_of(rule.missing), word_of(rule.kind)});
}

}  // namespace chargehook::rules
