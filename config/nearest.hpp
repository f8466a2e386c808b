/// "Did you mean": the known word nearest to one that is not known.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace chargehook::config {

/// Letters to insert, delete, change or swap with their neighbour to make `to` of `from`. Case, and `-` for `_`, cost
/// nothing.
[[nodiscard]] std::size_t edit_distance(std::string_view from, std::string_view to);

/// The first of `known` that is near enough to be meant; empty if none is.
[[nodiscard]] std::string_view nearest(std::string_view word, std::span<const std::string_view> known);

/// `did you mean "…"?`, or `one of: a, b, c`, or nothing if there is nothing to choose from.
[[nodiscard]] std::string suggestion(std::string_view word, std::span<const std::string_view> known);

}  // namespace chargehook::config
