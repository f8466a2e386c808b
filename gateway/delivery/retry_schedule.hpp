/// Delay before the next attempt: full jitter between `config.first` and a ceiling that doubles with each failure,
/// at most `config.longest`; never earlier than the receiver asked for (its wish counts up to one day, and up to
/// `config.first` more is added, so that those who were told the same moment do not all come back in it).
/// Source: RFC 9110 §10.2.3; full jitter after Brooker, "Exponential Backoff And Jitter".
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "delivery/endpoint_config.hpp"
#include "delivery/random.hpp"

namespace chargehook::delivery {

/// @param failures    attempts that failed so far, ≥ 1
/// @param retry_after what the answer asked for
[[nodiscard]] std::chrono::milliseconds retry_delay(const RetryConfig& config, int failures,
                                                    std::optional<std::chrono::seconds> retry_after, Random& random);

/// Reads Retry-After: seconds, or a date in one of the three forms of HTTP held against the answer's own Date.
/// Nothing if it is not one of them, or a date without a Date to hold it against. Never negative.
/// Source: RFC 9110 §5.6.7, §10.2.3.
[[nodiscard]] std::optional<std::chrono::seconds> parse_retry_after(std::string_view retry_after,
                                                                    std::string_view date);

}  // namespace chargehook::delivery
