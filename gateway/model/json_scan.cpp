#include "model/json_scan.hpp"

#include <algorithm>
#include <cstddef>

namespace chargehook::model {
namespace {

constexpr std::string_view blanks = " \t\r\n";

/// Each step moves on, or fails and stays failed.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  bool take(char wanted) {
    skip_blanks();
    if (at_ >= text_.size() || text_[at_] != wanted) return false;
    ++at_;
    return true;
  }

  bool member(MemberText& out) {
    skip_blanks();
    const std::string_view quoted = string();
    if (quoted.empty() || !take(':')) return false;
    out.key = quoted.substr(1, quoted.size() - 2);
    skip_blanks();
    out.value = value();
    return !out.value.empty();
  }

  bool is_at_end() {
    skip_blanks();
    return at_ == text_.size();
  }

 private:
  void skip_blanks() { at_ = std::min(text_.find_first_not_of(blanks, at_), text_.size()); }

  std::string_view from(std::size_t begin) const { return text_.substr(begin, at_ - begin); }

  /// With its quotes; empty if there is none.
  std::string_view string() {
    const std::size_t begin = at_;
    if (at_ >= text_.size() || text_[at_] != '"') return {};
    for (++at_; at_ < text_.size(); ++at_) {
      if (text_[at_] == '\\') {
        ++at_;
      } else if (text_[at_] == '"') {
        ++at_;
        return from(begin);
      }
    }
    at_ = text_.size();
    return {};
  }

  std::string_view value() {
    if (at_ >= text_.size()) return {};
    if (text_[at_] == '"') return string();
    if (text_[at_] == '{' || text_[at_] == '[') return nested();
    const std::size_t begin = at_;
    at_ = std::min(text_.find_first_of(",}] \t\r\n", at_), text_.size());
    return from(begin);
  }

  std::string_view nested() {
    const std::size_t begin = at_;
    std::size_t depth = 0;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '"') {
        if (string().empty()) return {};
        continue;
      }
      ++at_;
      if (c == '{' || c == '[') ++depth;
      if ((c == '}' || c == ']') && --depth == 0) return from(begin);
    }
    return {};
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

std::optional<std::vector<MemberText>> scan_object(std::string_view text) {
  Scanner scanner{text};
  std::vector<MemberText> out;
  if (!scanner.take('{')) return std::nullopt;
  bool is_closed = scanner.take('}');
  while (!is_closed) {
    if (!scanner.member(out.emplace_back())) return std::nullopt;
    is_closed = scanner.take('}');
    if (!is_closed && !scanner.take(',')) return std::nullopt;
  }
  if (!scanner.is_at_end()) return std::nullopt;
  return out;
}

}  // namespace chargehook::model
