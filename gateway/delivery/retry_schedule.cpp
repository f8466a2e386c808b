#include "delivery/retry_schedule.hpp"

#include <algorithm>
#include <charconv>

#include "delivery/http_date.hpp"

namespace chargehook::delivery {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr seconds longest_wish = std::chrono::hours{24};

/// first · 2^failures, at most `longest`.
milliseconds ceiling(const RetryConfig& config, int failures) {
  milliseconds delay = std::max(config.first, milliseconds{1});
  for (int i = 0; i < failures && delay < config.longest; ++i) delay *= 2;
  return std::min(delay, config.longest);
}

milliseconds jitter(milliseconds up_to, Random& random) {
  const auto bound = static_cast<std::uint64_t>(std::max(up_to, milliseconds{0}).count());
  return milliseconds{static_cast<std::int64_t>(random.up_to(bound))};
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

/// Digits only. More than fits counts as a very long time, not as garbage.
std::optional<seconds> parse_delta(std::string_view text) {
  if (text.empty() || text.find_first_not_of("0123456789") != std::string_view::npos) return std::nullopt;
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return seconds{error == std::errc{} ? value : UINT32_MAX};
}

}  // namespace

milliseconds retry_delay(const RetryConfig& config, int failures, std::optional<seconds> retry_after, Random& random) {
  const milliseconds top = ceiling(config, std::max(failures, 1));
  const milliseconds bottom = std::min(config.first, top);
  const milliseconds own = bottom + jitter(top - bottom, random);
  if (!retry_after) return own;
  // A fleet that was told the same second must not come back in the same second.
  const milliseconds wished = std::clamp(*retry_after, seconds{0}, longest_wish);
  return own >= wished ? own : wished + jitter(bottom, random);
}

std::optional<seconds> parse_retry_after(std::string_view retry_after, std::string_view date) {
  retry_after = trimmed(retry_after);
  if (const auto delta = parse_delta(retry_after)) return delta;
  const auto until = parse_http_date(retry_after);
  const auto answered = parse_http_date(trimmed(date));
  if (!until || !answered) return std::nullopt;
  return std::max(*until - *answered, seconds{0});
}

}  // namespace chargehook::delivery
