/// Whether an endpoint works, and if not, when it is tried again: one probe at a time, at least a second apart.
/// Owner: its endpoint. One thread.
///
/// Each failure that counts begins a round. What was sent in an earlier round and ends late says nothing new: ten
/// attempts that were under way when a receiver broke are one failure, and one that still got through does not undo a
/// back-off that the receiver may have asked for.
#pragma once

#include <cstdint>
#include <optional>

#include "delivery/endpoint_config.hpp"
#include "delivery/outcome.hpp"
#include "delivery/random.hpp"
#include "model/clock.hpp"

namespace chargehook::delivery {

/// Between two tries of the same thing.
inline constexpr std::chrono::milliseconds retry_delay_min{1000};

/// retry_delay, at least retry_delay_min whatever the configuration says.
[[nodiscard]] std::chrono::milliseconds spaced_retry_delay(const RetryConfig& config, int failures,
                                                           std::optional<std::chrono::seconds> retry_after,
                                                           Random& random);

class EndpointHealth {
 public:
  /// @param under_way attempts of this endpoint that have not ended
  /// @param limit     of them while all is well
  [[nodiscard]] bool may_send(model::BootTime now, int under_way, int limit) const;

  [[nodiscard]] std::uint64_t round() const { return round_; }
  [[nodiscard]] int failures_in_a_row() const { return failures_; }

  /// Set exactly while the endpoint fails.
  [[nodiscard]] std::optional<model::BootTime> next_attempt() const { return next_attempt_; }

  /// The receiver answered and took the event, or refused it for its content.
  void answered(std::uint64_t round);

  void failed(std::uint64_t round, model::BootTime now, std::optional<std::chrono::seconds> retry_after,
              const RetryConfig& config, Random& random);

  /// Somebody changed the destination: what was learned is void.
  void forget();

 private:
  std::uint64_t round_ = 0;
  int failures_ = 0;
  std::optional<model::BootTime> next_attempt_;
};

}  // namespace chargehook::delivery
