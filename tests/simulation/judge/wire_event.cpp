#include "judge/wire_event.hpp"

#include <algorithm>
#include <charconv>

namespace chargehook::simulation {
namespace {

/// Walks over one value and gives its text. Strings without their quotes, unescaped only where \" and \\ stand.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  bool take(char wanted) {
    if (at_ >= text_.size() || text_[at_] != wanted) return false;
    ++at_;
    return true;
  }

  std::optional<std::string> string() {
    if (!take('"')) return std::nullopt;
    std::string out;
    for (;;) {
      const std::size_t end = end_of_plain();
      out.append(text_, at_, end - at_);
      at_ = end;
      if (!take('\\')) break;
      if (at_ < text_.size()) out += text_[at_++];
    }
    if (!take('"')) return std::nullopt;
    return out;
  }

  /// An object, array or plain word, as it stands.
  std::optional<std::string> other() {
    const std::size_t begin = at_;
    int depth = 0;
    for (bool quoted = false; at_ < text_.size(); ++at_) {
      if (quoted) at_ = end_of_plain();
      if (at_ == text_.size()) break;
      const char c = text_[at_];
      if (quoted && c == '\\') {
        ++at_;
      } else if (c == '"') {
        quoted = !quoted;
      } else if (!quoted) {
        if (depth == 0 && (c == ',' || c == '}')) break;
        if (c == '{' || c == '[') ++depth;
        if (c == '}' || c == ']') --depth;
      }
    }
    if (at_ == begin || depth != 0) return std::nullopt;
    return std::string{text_.substr(begin, at_ - begin)};
  }

  [[nodiscard]] bool sees(char c) const { return at_ < text_.size() && text_[at_] == c; }
  [[nodiscard]] bool is_at_end() const { return at_ == text_.size(); }

 private:
  /// Of the characters from here on that neither end a string nor escape one.
  [[nodiscard]] std::size_t end_of_plain() const {
    const std::size_t quote = std::min(text_.find('"', at_), text_.size());
    const std::size_t escape = text_.substr(0, quote).find('\\', at_);
    return std::min(escape, quote);
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

std::uint64_t number_of(const std::string& text) {
  std::uint64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

void put(WireEvent& event, const std::string& name, std::string value) {
  if (name == "id") event.id = std::move(value);
  if (name == "type") event.type = value.substr(value.find("chargehook.") + 11);
  if (name == "subject") event.subject = std::move(value);
  if (name == "partitionkey") event.partition_key = std::move(value);
  if (name == "eventclass") event.event_class = std::move(value);
  if (name == "stream") event.stream = std::move(value);
  if (name == "hash") event.hash = std::move(value);
  if (name == "prevhash") event.previous_hash = std::move(value);
  if (name == "time") event.time = std::move(value);
  if (name == "timequality") event.time_quality = std::move(value);
  if (name == "revises") event.revises = std::move(value);
  if (name == "recordedtime") event.recorded_time = std::move(value);
  if (name == "sequence") event.sequence = number_of(value);
  if (name == "n") event.n = number_of(value);
}

}  // namespace

std::optional<WireEvent> read_wire_event(std::string_view body) {
  Scanner scanner{body};
  WireEvent event;
  if (!scanner.take('{')) return std::nullopt;
  do {
    const auto name = scanner.string();
    if (!name || !scanner.take(':')) return std::nullopt;
    auto value = scanner.sees('"') ? scanner.string() : scanner.other();
    if (!value) return std::nullopt;
    if (*name == "data") {
      event.data = std::move(*value);
    } else {
      put(event, *name, std::move(*value));
    }
  } while (scanner.take(','));
  if (!scanner.take('}') || !scanner.is_at_end()) return std::nullopt;
  const bool is_whole = !event.id.empty() && !event.type.empty() && !event.stream.empty() && event.n > 0 &&
                        event.sequence > 0 && event.hash.size() == 32 && event.previous_hash.size() == 32 &&
                        !event.partition_key.empty() && event.data.starts_with('{');
  if (!is_whole) return std::nullopt;
  return event;
}

std::string text_member(std::string_view data, std::string_view name) {
  const std::string lead = "\"" + std::string{name} + "\":\"";
  const auto begin = data.find(lead);
  if (begin == std::string_view::npos) return {};
  const auto from = begin + lead.size();
  return std::string{data.substr(from, data.find('"', from) - from)};
}

std::string reference_of(const WireEvent& event) {
  if (event.type.starts_with("session.") && event.data.find("\"transaction\":{\"id\":\"") != std::string::npos) {
    const auto transaction = event.data.substr(event.data.find("\"transaction\":{"));
    return event.type + "/" + event.partition_key + "/" + text_member(transaction, "id");
  }
  return text_member(event.data, "reference");
}

}  // namespace chargehook::simulation
