/// What every value of every table begins with: a check over where it lies and what it says, and a version.
/// Pure; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "model/result.hpp"

namespace chargehook::journal {

inline constexpr std::uint8_t value_version = 1;

/// check (8 bytes) and version (1 byte), in front of the body.
inline constexpr std::size_t seal_bytes = 9;

/// XXH3-64 (seed 0) over the bytes of the database's name, the key, and `rest` (version byte and body), put end to end.
/// Name and key are in it so that a sound value in a wrong place is found out.
[[nodiscard]] std::uint64_t value_check(std::string_view database, std::string_view key, std::string_view rest);

/// Room for the check, and the version; the caller appends the body and then calls `seal`.
[[nodiscard]] std::string begin_value(std::size_t body_bytes);

/// Fills in the check of a value begun with `begin_value`.
void seal(std::string_view database, std::string_view key, std::string& value);

/// The body of a value, pointing into it. Any bytes are safe to hand in.
/// @return "check" if these are not the bytes written under this name and key; "version" if they are, by a newer format
[[nodiscard]] model::Result<std::string_view> unseal(std::string_view database, std::string_view key,
                                                     std::string_view value);

/// The error for a body that verifies but does not say what its table says.
[[nodiscard]] model::Error malformed(std::string_view database, std::string_view key);

/// A key for people: as it is where it is text, in hex otherwise.
[[nodiscard]] std::string printable_key(std::string_view key);

}  // namespace chargehook::journal
