#include "delivery/endpoint_health.hpp"

#include <algorithm>

#include "delivery/retry_schedule.hpp"

namespace chargehook::delivery {

std::chrono::milliseconds spaced_retry_delay(const RetryConfig& config, int failures,
                                             std::optional<std::chrono::seconds> retry_after, Random& random) {
  return std::max(retry_delay_min, retry_delay(config, failures, retry_after, random));
}

bool EndpointHealth::may_send(model::BootTime now, int under_way, int limit) const {
  return next_attempt_ ? under_way == 0 && now >= *next_attempt_ : under_way < limit;
}

void EndpointHealth::answered(std::uint64_t round) {
  if (round != round_) return;
  failures_ = 0;
  next_attempt_.reset();
}

void EndpointHealth::failed(std::uint64_t round, model::BootTime now, std::optional<std::chrono::seconds> retry_after,
                            const RetryConfig& config, Random& random) {
  if (round == round_) {
    ++round_;
    ++failures_;
    next_attempt_ = now + spaced_retry_delay(config, failures_, retry_after, random);
  } else if (next_attempt_ && retry_after) {
    next_attempt_ = std::max(*next_attempt_, now + spaced_retry_delay(config, 1, retry_after, random));
  }
}

void EndpointHealth::forget() {
  ++round_;
  failures_ = 0;
  next_attempt_.reset();
}

}  // namespace chargehook::delivery
