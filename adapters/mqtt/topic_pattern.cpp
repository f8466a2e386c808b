#include "mqtt/topic_pattern.hpp"

#include <algorithm>

namespace chargehook::mqtt {
namespace {

constexpr std::size_t topic_bytes_max = 256;

bool is_letter_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

bool is_capture_name(std::string_view text) {
  return !text.empty() && text.front() >= 'a' && text.front() <= 'z' &&
         std::ranges::all_of(text, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
}

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }

/// The levels between the slashes, also the empty ones.
template <class Visit>
bool each_level(std::string_view topic, Visit visit) {
  while (true) {
    const std::size_t slash = topic.find('/');
    if (!visit(topic.substr(0, slash))) return false;
    if (slash == topic.npos) return true;
    topic.remove_prefix(slash + 1);
  }
}

model::Error wrong(std::string message) { return {"topic", std::move(message)}; }

}  // namespace

bool is_device_id(std::string_view text) {
  return !text.empty() && text.size() <= capture_bytes_max && std::ranges::all_of(text, [](char c) {
    return is_letter_or_digit(c) || std::string_view("*-_=:+|@.").find(c) != std::string_view::npos;
  });
}

model::Result<TopicPattern> TopicPattern::parse(std::string_view text) {
  if (text.empty()) return wrong("a topic is not empty");
  if (text.size() > topic_bytes_max) return wrong("a topic has at most 256 bytes");
  if (text.find_first_of("+#") != text.npos) return wrong("a topic has no wildcards: write <charger> for one level");
  if (std::ranges::any_of(text, is_control)) return wrong("a topic has no control characters");
  TopicPattern out;
  out.text_ = text;
  std::optional<model::Error> error;
  each_level(text, [&](std::string_view level) {
    if (level.find_first_of("<>") == level.npos) {
      out.levels_.push_back({std::string(level), false});
      return true;
    }
    const bool is_whole = level.size() > 2 && level.front() == '<' && level.back() == '>';
    const std::string name{is_whole ? level.substr(1, level.size() - 2) : std::string_view{}};
    if (!is_capture_name(name)) {
      error = wrong("`" + std::string(level) + "` is not one whole level of a name: <charger>");
    } else if (std::ranges::find(out.captures_, name) != out.captures_.end()) {
      error = wrong("<" + name + "> is there twice");
    }
    out.captures_.push_back(name);
    out.levels_.push_back({name, true});
    return !error;
  });
  if (error) return *std::move(error);
  return out;
}

std::string TopicPattern::filter() const {
  std::string out;
  for (const Level& level : levels_) {
    if (&level != &levels_.front()) out += '/';
    out += level.is_capture ? "+" : level.text;
  }
  return out;
}

std::optional<std::vector<std::string_view>> TopicPattern::match(std::string_view topic) const {
  std::vector<std::string_view> values;
  std::size_t at = 0;
  const bool fits = each_level(topic, [&](std::string_view level) {
    if (at == levels_.size()) return false;
    const Level& wanted = levels_[at++];
    if (!wanted.is_capture) return level == wanted.text;
    values.push_back(level);
    return is_device_id(level);
  });
  if (!fits || at != levels_.size()) return std::nullopt;
  return values;
}

bool TopicPattern::overlaps(const TopicPattern& other) const {
  if (levels_.size() != other.levels_.size()) return false;
  for (std::size_t i = 0; i < levels_.size(); ++i) {
    const bool is_open = levels_[i].is_capture || other.levels_[i].is_capture;
    if (!is_open && levels_[i].text != other.levels_[i].text) return false;
  }
  return true;
}

}  // namespace chargehook::mqtt
