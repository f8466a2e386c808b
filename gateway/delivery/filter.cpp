#include "delivery/filter.hpp"

#include <algorithm>

#include "delivery/nearest_pattern.hpp"
#include "model/event_type.hpp"

namespace chargehook::delivery {
namespace {

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n";
  const auto first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

std::vector<std::string_view> pieces_of(std::string_view text) {
  std::vector<std::string_view> pieces;
  while (true) {
    const auto comma = text.find(',');
    pieces.push_back(trimmed(text.substr(0, comma)));
    if (comma == std::string_view::npos) return pieces;
    text.remove_prefix(comma + 1);
  }
}

bool is_prefix(std::string_view pattern) { return pattern.empty() || pattern.ends_with('.'); }

/// @param pattern as kept: "session.ended", "session.", ""
bool fits(std::string_view pattern, std::string_view type) {
  return is_prefix(pattern) ? type.starts_with(pattern) : type == pattern;
}

/// "all" → "", "session.*" → "session.", "session.ended" as it is.
std::string kept_form(std::string_view piece) {
  if (piece == "all") return {};
  if (piece.size() > 2 && piece.ends_with(".*")) piece.remove_suffix(1);
  return std::string{piece};
}

std::string written_form(std::string_view pattern) {
  if (pattern.empty()) return "all";
  std::string text{pattern};
  if (is_prefix(pattern)) text += '*';
  return text;
}

bool is_known(std::string_view pattern) {
  return std::ranges::any_of(model::event_types(), [&](const auto& type) { return fits(pattern, type.name); });
}

/// A piece that ends with a dot or is empty would be kept as the prefix that nobody wrote.
bool is_well_formed(std::string_view piece) { return !piece.empty() && !piece.ends_with('.'); }

/// Sorts and drops what another pattern covers, so that one meaning has one text.
std::vector<std::string> reduced(std::vector<std::string> patterns) {
  std::ranges::sort(patterns);
  std::vector<std::string> kept;
  for (auto& pattern : patterns) {
    // A prefix sorts before all it covers; the prefixes of one text lie nested, so looking at all kept is enough.
    const bool covered = std::ranges::any_of(
        kept, [&](const auto& wider) { return is_prefix(wider) ? pattern.starts_with(wider) : pattern == wider; });
    if (!covered) kept.push_back(std::move(pattern));
  }
  return kept;
}

std::string joined(const std::vector<std::string>& patterns) {
  std::string text;
  for (const auto& pattern : patterns) {
    if (!text.empty()) text += ", ";
    text += written_form(pattern);
  }
  return text;
}

model::Error unknown_pattern(std::string_view piece) {
  if (piece.empty()) return {"E130", "an event pattern is missing: write a type, a group as session.*, or all"};
  constexpr std::size_t shown = 64;
  std::string message = "no event type fits '";
  for (const char c : piece.substr(0, shown)) message += c >= ' ' && c <= '~' ? c : '?';
  message += "'";
  if (const auto nearest = nearest_pattern(piece); !nearest.empty()) message += ", did you mean " + nearest + "?";
  return {"E130", std::move(message)};
}

}  // namespace

model::Result<Filter> Filter::parse(std::string_view text) {
  for (const auto piece : pieces_of(text)) {
    if (!is_well_formed(piece) || !is_known(kept_form(piece))) return unknown_pattern(piece);
  }
  return from_canonical(text);
}

Filter Filter::from_canonical(std::string_view text) {
  std::vector<std::string> patterns;
  for (const auto piece : pieces_of(text)) {
    if (is_well_formed(piece)) patterns.push_back(kept_form(piece));
  }
  Filter filter;
  filter.patterns_ = reduced(std::move(patterns));
  filter.text_ = joined(filter.patterns_);
  return filter;
}

bool Filter::matches(std::string_view type) const {
  return std::ranges::any_of(patterns_, [&](const auto& pattern) { return fits(pattern, type); });
}

bool Filter::wants(model::EventClass event_class) const {
  return std::ranges::any_of(model::event_types(),
                             [&](const auto& type) { return type.event_class == event_class && matches(type.name); });
}

}  // namespace chargehook::delivery
