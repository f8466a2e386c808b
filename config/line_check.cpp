#include "config/line_check.hpp"

#include <algorithm>
#include <optional>
#include <vector>

#include "config/line_parts.hpp"

namespace chargehook::config {
namespace {

constexpr auto npos = std::string_view::npos;

class LineCheck {
 public:
  explicit LineCheck(Report& report) : report_(report) {}

  void run() {
    for (int number = 1; number <= report_.lines().count(); ++number) {
      const std::string_view line = report_.lines().line(number);
      const std::string_view content = without_blanks_at_end(line.substr(0, comment_start(line)));
      const std::size_t indent = content.find_first_not_of(' ');
      if (indent == npos || skipped(content, indent)) continue;
      number_ = number;
      check(content, indent);
    }
  }

 private:
  [[nodiscard]] Place place(std::size_t at, std::size_t length) const {
    return {number_, static_cast<int>(at) + 1, static_cast<int>(length)};
  }

  /// Lines inside something that was reported as a whole are not looked at.
  bool skipped(std::string_view content, std::size_t indent) {
    if (skip_below_ && (indent > *skip_below_ || content[indent] == ']' || content[indent] == '}')) return true;
    skip_below_.reset();
    return false;
  }

  void check(std::string_view content, std::size_t indent) {
    if (indent == 0 && is_document_mark(content)) return;
    seen_ = true;
    const bool fits = check_indent(indent);
    std::size_t at = indent;
    while (content[at] == '-' && (at + 1 == content.size() || content[at + 1] == ' ')) {
      at = content.find_first_not_of(' ', at + 1);
      if (at == npos) {
        open_ = true;  // a lone "-": its value is below
        return;
      }
      push(at);
    }
    const std::size_t colon = key_colon(content.substr(at));
    if (colon != npos) {
      check_entry(content, at, at + colon);
    } else if (fits) {  // else it is the rest of a text above: said already
      check_without_key(content, indent, at);
    }
  }

  /// `---` may begin a file; anything else of the kind makes documents or directives.
  bool is_document_mark(std::string_view content) {
    const bool dashes = content == "---";
    if (dashes && !seen_) return true;
    if (!dashes && content != "..." && content.front() != '%' && !content.starts_with("--- ")) return false;
    report_.error(place(0, content.size()), "E116", in_quotes(content) + " is not used in these files",
                  dashes ? "one file is one document: delete the line, or make two files" : "delete the line");
    return true;
  }

  /// @return false if the line begins where none can
  bool check_indent(std::size_t indent) {
    if (levels_.empty()) {
      push(indent);
      return true;
    }
    const std::size_t above = levels_.back();
    while (!levels_.empty() && levels_.back() > indent) levels_.pop_back();
    const bool fits = !levels_.empty() && (levels_.back() == indent || (above == levels_.back() && open_));
    if (!fits) report_indent(indent, above);
    push(indent);
    return fits;
  }

  void report_indent(std::size_t indent, std::size_t above) {
    const std::string blanks = std::to_string(indent) + (indent == 1 ? " blank" : " blanks");
    std::string wanted = std::to_string(above);
    if (!levels_.empty() && levels_.back() != above) wanted = std::to_string(levels_.back()) + " or " + wanted;
    if (levels_.empty() || indent > above) wanted = std::to_string(above);
    report_.error(place(0, std::max<std::size_t>(indent, 1)), "E124",
                  "the line begins with " + blanks + ", which fits no line above",
                  "begin it with " + wanted + ", as the lines it belongs to");
  }

  void push(std::size_t column) {
    open_ = false;
    if (levels_.empty() || levels_.back() < column) levels_.push_back(column);
  }

  /// @param at    where the key begins
  /// @param colon where it ends
  void check_entry(std::string_view content, std::size_t at, std::size_t colon) {
    check_key(content.substr(at, colon - at), at);
    const std::size_t value = content.find_first_not_of(' ', colon + 1);
    if (value == npos) {
      open_ = true;
    } else {
      check_value(content, value);
    }
  }

  void check_key(std::string_view key, std::size_t at) {
    if (key == "<<") {
      report_.error(place(at, 2), "E114", "\"<<\" (merging) is not used in these files", "write the keys out");
    } else if (key.empty()) {
      report_.error(place(at, 1), "E125", "a colon without a key before it", "write `key: value`");
    } else if (key.size() > 1 && key.front() == '-' && key[1] != '-') {
      report_.error(place(at, 1), "E125", "no blank after the -", "write `- " + std::string(key.substr(1)) + ": …`");
      push(at + 2);  // where the key of the item was meant to be
    } else if (key.front() != '"' && key.front() != '\'') {
      check_first_character(key, at);
    }
  }

  /// A line without `key:`. In a list it is a value; anywhere else the colon is missing.
  void check_without_key(std::string_view content, std::size_t indent, std::size_t at) {
    const std::string_view entry = content.substr(at);
    if (entry == "?" || entry.starts_with("? ")) {
      report_.error(place(at, 1), "E125", "a key is written without ?", "write `key: value`");
      return;
    }
    if (at != indent || is_value_start(entry.front())) {
      check_value(content, at);
      return;
    }
    const std::size_t colon = entry.find(':');
    const std::size_t blank = entry.find(' ');
    if (entry.front() == '-' && entry.size() > 1) {
      report_.error(place(at, 1), "E125", "no blank after the -", "write `- " + std::string(entry.substr(1)) + "`");
    } else if (colon != npos && colon > 0) {
      report_.error(
          place(at + colon, 1), "E125", "no blank after the colon",
          "write `" + std::string(entry.substr(0, colon)) + ": " + std::string(entry.substr(colon + 1)) + "`");
    } else {
      report_.error(place(at, entry.size()), "E125", "no colon behind the key",
                    "a line is `key: value`" + (blank == npos ? std::string(", or begins with `- ` in a list")
                                                              : ", as in `" + std::string(entry.substr(0, blank)) +
                                                                    ":" + std::string(entry.substr(blank)) + "`"));
    }
  }

  static bool is_value_start(char c) { return std::string_view("\"'[{]}&*!|>%@`").find(c) != npos; }

  void check_value(std::string_view content, std::size_t at) {
    const std::string_view value = content.substr(at);
    if (value.front() == '"' || value.front() == '\'') {
      check_quotes(value, at);
    } else if (is_value_start(value.front())) {
      check_first_character(value, at);
      skip_below_ = levels_.back();
    } else if (value == "-" || value.starts_with("- ")) {
      report_.error(place(at, 1), "E125", "a list does not begin on the line of its key",
                    "put each `- ` on a line of its own below the key, or write `a, b, c`");
    } else {
      check_plain(value, at);
    }
  }

  void check_plain(std::string_view value, std::size_t at) {
    std::size_t colon = value.find(": ");
    if (colon == npos && value.ends_with(':')) colon = value.size() - 1;
    if (colon == npos) return;
    report_.error(place(at + colon, 1), "E118", "a colon and a blank inside a text", "put the text in quotes");
  }

  void check_quotes(std::string_view value, std::size_t at) {
    const std::string quote(1, value.front());
    const std::size_t end = quote_end(value);
    if (end == npos) {
      report_.error(place(at, 1), "E117", "the quote is not closed on this line", "put " + quote + " behind the text");
      skip_below_ = levels_.back();
    } else if (end < value.size()) {
      report_.error(place(at + end, value.size() - end), "E117", "text behind the closing quote",
                    "put all of the text between the quotes, or none of it");
    } else if (const std::size_t escape = bad_escape(value); escape != npos) {
      report_.error(place(at + escape, 2), "E107", "an escape that does not exist",
                    "write \\\\ for a backslash, or use single quotes");
    }
  }

  void check_first_character(std::string_view text, std::size_t at) {
    const auto complain = [&](std::string_view code, std::string message, std::string help) {
      report_.error(place(at, 1), code, std::move(message), std::move(help));
    };
    switch (text.front()) {
      case '[':
      case ']':
        return complain("E113", "a list in brackets", "write `a, b, c` without brackets, or one `- ` a line below");
      case '{':
      case '}':
        return complain("E113", "a group in braces", "write each key on a line of its own; a placeholder is <site.id>");
      case '&':
        return complain("E114", "a text that begins with & (an anchor)", "write the values out; a text goes in quotes");
      case '*':
        return complain("E114", "a text that begins with * (an alias)", "write `all` for everything; a text in quotes");
      case '!':
        return complain("E115", "a text that begins with ! (a tag)", "write `not` for no; a text goes in quotes");
      case '|':
        return complain("E122", "a text over several lines", "write it on one line");
      case '>':
        return complain("E122", "a value that begins with >", "begin with the name of what is compared, or use quotes");
      case '%':
      case '@':
      case '`':
        return complain("E125", "a text cannot begin with " + std::string(1, text.front()), "put the text in quotes");
      default:
        return;
    }
  }

  Report& report_;
  int number_ = 0;
  bool seen_ = false;                      ///< a line with content came before
  bool open_ = false;                      ///< the line above waits for something below it
  std::vector<std::size_t> levels_;        ///< columns at which a line may begin, rising
  std::optional<std::size_t> skip_below_;  ///< deeper lines belong to what has been reported
};

}  // namespace

void check_lines(Report& report) { LineCheck(report).run(); }

}  // namespace chargehook::config
