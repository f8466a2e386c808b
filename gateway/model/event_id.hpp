/// Ids from natural keys: the same thing seen again (a retry, a replay, a restart) gives the same id.
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

namespace chargehook::model {

using Digest = std::array<std::uint8_t, 32>;

[[nodiscard]] Digest sha256(std::string_view bytes);

/// `prefix` and 26 characters of Crockford's base32 (lower case) over the first 128 bits of
/// SHA-256(length-prefixed parts). Parts are told apart: {"a","bc"} and {"ab","c"} give different ids.
/// @param prefix "evt_", "ses_", "inc_"
/// @param parts  the natural key; the first is always `site.id`
[[nodiscard]] std::string make_id(std::string_view prefix, std::initializer_list<std::string_view> parts);

[[nodiscard]] std::string base32(std::span<const std::uint8_t> bytes);
[[nodiscard]] std::string hex(std::span<const std::uint8_t> bytes);

/// All 16 digits, the form in which a store's id is written.
[[nodiscard]] std::string hex(std::uint64_t value);

/// The id of the event that says again, with the time it should have had, what went out under `id` before the gateway
/// knew the time.
[[nodiscard]] std::string time_correction_id(std::string_view id);

/// The id that a time correction is of; empty if `id` is none's.
[[nodiscard]] std::string_view time_corrected_id(std::string_view id);

}  // namespace chargehook::model
