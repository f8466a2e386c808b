#include <algorithm>

#include "config/nearest.hpp"
#include "config/reader.hpp"
#include "core/configuration/config_words.hpp"

namespace chargehook::config {
namespace {

constexpr std::size_t name_bytes_max = 64;

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(' ');
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

/// What a name might be written as: lower case, with `-` for what is not allowed.
std::string as_name(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool upper = c >= 'A' && c <= 'Z';
    const bool fits = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (upper || fits) {
      out += upper ? static_cast<char>(c + 32) : c;
    } else if (!out.empty() && out.back() != '-') {
      out += '-';
    }
  }
  while (!out.empty() && out.back() == '-') out.pop_back();
  return out.substr(0, name_bytes_max);
}

/// Cuts "a, b, c" and keeps where each item stands. Places are only exact for text without quotes.
std::vector<Text> split_list(const Node& node) {
  std::vector<Text> out;
  std::size_t from = 0;
  const std::string_view text = node.text;
  while (from <= text.size()) {
    const std::size_t comma = std::min(text.find(',', from), text.size());
    const std::string_view item = trimmed(text.substr(from, comma - from));
    Place place = node.place;
    if (!item.empty()) {
      const auto offset = static_cast<int>(item.data() - text.data());
      place.column += offset + (node.in_quotes ? 1 : 0);
      place.length = static_cast<int>(item.size());
    }
    out.push_back({std::string(item), place});
    from = comma + 1;
  }
  return out;
}

template <class T>
bool outside(const T& value, const Bounds<T>& bounds) {
  return value < bounds.min || value > bounds.max;
}

}  // namespace

bool is_name(std::string_view text) {
  if (text.empty() || text.size() > name_bytes_max || text.front() == '-' || text.back() == '-') return false;
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
}

bool MapReader::check_text(const Entry& entry, std::size_t bytes_max) {
  const std::string& text = entry.value.text;
  if (trimmed(text).empty()) {
    error(entry.value.place, "E121", "key " + in_quotes(entry.key) + " has no value",
          "give it one, or delete the line");
  } else if (text.find_first_of(std::string_view("\n\r\t\0", 4)) != text.npos) {
    error(entry.value.place, "E122", "a line break, tab or NUL inside a text", "write it without \\n, \\t or \\0");
  } else if (text.size() > bytes_max) {
    error(entry.value.place, "E138", "a text longer than " + std::to_string(bytes_max) + " bytes", "shorten it");
  } else {
    return true;
  }
  return false;
}

std::optional<Text> MapReader::text(std::string_view key, Need need, std::size_t bytes_max) {
  const Entry* entry = scalar(key, need);
  if (entry == nullptr || !check_text(*entry, bytes_max)) return std::nullopt;
  return Text{entry->value.text, entry->value.place};
}

std::optional<Text> MapReader::free_text(std::string_view key, Need need, std::size_t bytes_max) {
  std::optional<Text> out = text(key, need, bytes_max);
  if (!out) return out;
  const std::string_view behind = report_.lines().rest(out->place.line, out->place.column + out->place.length);
  // A comment stands apart: two blanks before the #, one behind it. `Bay #7` is neither.
  if (behind.starts_with(" #")) {
    report_.warning({out->place.line, out->place.column + out->place.length + 1, static_cast<int>(behind.size()) - 1},
                    "E119", "from the # on, this is a comment and not part of " + in_quotes(key),
                    "put the text in quotes; for a comment, put two blanks before the #");
  }
  return out;
}

std::optional<Text> MapReader::name(std::string_view key, Need need) {
  const Entry* entry = scalar(key, need);
  if (entry == nullptr || !check_text(*entry)) return std::nullopt;
  if (!is_name(entry->value.text)) {
    const std::string better = as_name(entry->value.text);
    error(entry->value.place, "E131", in_quotes(entry->value.text) + " is not a name",
          "a name has a-z, 0-9 and - only, at most 64" + (better.empty() ? "" : ": for example " + better));
    return std::nullopt;
  }
  return Text{entry->value.text, entry->value.place};
}

std::optional<Text> MapReader::one_of(std::string_view key, Need need, std::span<const std::string_view> words) {
  std::optional<Text> out = text(key, need);
  if (!out || std::find(words.begin(), words.end(), out->text) != words.end()) return out;
  error(out->place, "E139", in_quotes(out->text) + " is not a value of " + in_quotes(key),
        suggestion(out->text, words));
  return std::nullopt;
}

template <class T>
std::optional<T> MapReader::taken(const Entry& entry, Read<T> read) {
  if (auto* refusal = std::get_if<Refusal>(&read)) {
    error(entry.value.place, refusal->code, std::move(refusal->message), std::move(refusal->help));
    return std::nullopt;
  }
  return std::get<T>(std::move(read));
}

std::optional<std::int64_t> MapReader::integer(std::string_view key, Need need, Bounds<std::int64_t> bounds) {
  const Entry* entry = scalar(key, need);
  if (entry == nullptr) return std::nullopt;
  const std::optional<std::int64_t> value = taken(*entry, read_integer(entry->value.text));
  if (value && outside(*value, bounds)) {
    error(entry->value.place, "E138", in_quotes(entry->value.text) + " is out of range",
          "from " + std::to_string(bounds.min) + " to " + std::to_string(bounds.max));
    return std::nullopt;
  }
  return value;
}

std::optional<bool> MapReader::boolean(std::string_view key, Need need) {
  const Entry* entry = scalar(key, need);
  return entry == nullptr ? std::nullopt : taken(*entry, read_boolean(entry->value.text));
}

std::optional<double> MapReader::quantity(std::string_view key, Need need, model::Quantity quantity,
                                          std::string_view example, Bounds<double> bounds) {
  const Entry* entry = scalar(key, need);
  if (entry == nullptr) return std::nullopt;
  const std::optional<double> value = taken(*entry, read_quantity(entry->value.text, quantity, example));
  if (value && outside(*value, bounds)) {
    error(entry->value.place, "E138", in_quotes(entry->value.text) + " is out of range",
          "write for example " + std::string(example));
    return std::nullopt;
  }
  return value;
}

std::optional<std::chrono::milliseconds> MapReader::duration(std::string_view key, Need need,
                                                             Bounds<std::chrono::milliseconds> bounds) {
  const Entry* entry = scalar(key, need);
  if (entry == nullptr) return std::nullopt;
  const std::optional<double> seconds =
      taken(*entry, read_quantity(entry->value.text, model::Quantity::duration, "15 s"));
  if (!seconds) return std::nullopt;
  const double milliseconds = *seconds * 1000;
  if (milliseconds < static_cast<double>(bounds.min.count()) ||
      milliseconds > static_cast<double>(bounds.max.count())) {
    error(entry->value.place, "E138", in_quotes(entry->value.text) + " is out of range",
          "from " + core::duration_text(bounds.min) + " to " + core::duration_text(bounds.max));
    return std::nullopt;
  }
  return std::chrono::milliseconds(static_cast<std::int64_t>(milliseconds + 0.5));
}

std::optional<std::uint64_t> MapReader::size(std::string_view key, Need need, Bounds<std::uint64_t> bounds) {
  const Entry* entry = scalar(key, need);
  if (entry == nullptr) return std::nullopt;
  const std::optional<double> bytes =
      taken(*entry, read_quantity(entry->value.text, model::Quantity::data_size, "1 GiB"));
  if (!bytes) return std::nullopt;
  if (*bytes < static_cast<double>(bounds.min) || *bytes > static_cast<double>(bounds.max)) {
    error(entry->value.place, "E138", in_quotes(entry->value.text) + " is out of range",
          "from " + core::size_text(bounds.min) + " to " + core::size_text(bounds.max));
    return std::nullopt;
  }
  return static_cast<std::uint64_t>(*bytes + 0.5);
}

std::optional<std::vector<Text>> MapReader::words(std::string_view key, Need need) {
  const Entry* entry = find(key, need);
  if (entry == nullptr) return std::nullopt;
  const Node& value = entry->value;
  if (value.kind != NodeKind::scalar && value.kind != NodeKind::list) {
    wrong_kind(*entry, "a list", "write `" + std::string(key) + ": a, b, c`");
    return std::nullopt;
  }
  std::vector<Text> out;
  if (value.kind == NodeKind::scalar) out = split_list(value);
  for (const Node& item : value.items) {
    out.push_back({item.kind == NodeKind::scalar ? std::string(trimmed(item.text)) : std::string{}, item.place});
  }
  const auto hole = std::find_if(out.begin(), out.end(), [](const Text& word) { return word.text.empty(); });
  if (hole == out.end()) return out;
  error(hole->place, "E121", "an item of the list " + in_quotes(key) + " is empty or not a word",
        "write `a, b, c`, or `- a` one a line");
  return std::nullopt;
}

}  // namespace chargehook::config
