/// "did you mean": the known name that a mistyped one is nearest to. Pure; any thread.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace chargehook::rules {

/// Insertions, deletions, replacements and swaps of neighbours that turn one into the other (optimal string alignment).
/// Texts above 64 bytes count as different in every byte.
[[nodiscard]] std::size_t edit_distance(std::string_view from, std::string_view to);

/// The candidate with the smallest distance, the first of equals; empty if none is near enough to be a slip of the
/// finger (a third of the longer one, at least one; a difference of case alone is always near).
[[nodiscard]] std::string_view nearest(std::string_view written, std::span<const std::string_view> candidates);

/// `did you mean "kW"?`, or empty.
[[nodiscard]] std::string did_you_mean(std::string_view written, std::span<const std::string_view> candidates);

}  // namespace chargehook::rules
