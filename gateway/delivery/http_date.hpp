/// The three forms of a date in HTTP. Pure; any thread.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace chargehook::delivery {

/// Reads "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT" or "Sun Nov  6 08:49:37 1994"; nothing if it
/// is none of them or no such day exists. The day's name must be one but is not held against the date.
/// Two-digit years 70 … 99 are in the 20th century, others in the 21st. Source: RFC 9110 §5.6.7.
[[nodiscard]] std::optional<std::chrono::sys_seconds> parse_http_date(std::string_view text);

}  // namespace chargehook::delivery
