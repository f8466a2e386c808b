/// Which rows of `boots` are still needed. Each start adds a row, so without an end to them a gateway that starts every
/// few seconds for weeks fills the store. Pure; any thread.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "journal/format/tables.hpp"

namespace chargehook::journal {

/// Openings of a store by their index, those that have a sound row.
using BootRows = std::map<std::uint32_t, BootRow>;

/// So many of the newest rows stay, whatever they say: whether the gateway keeps failing is told from them.
inline constexpr std::size_t boots_always_kept = 10;

/// Rows that nobody misses. What stays: the newest ones; the row with the newest known time; and of each boot of the
/// machine that records may be of its first opening, its last and the newest that learned the time, so that what is
/// known of a record's time does not change.
/// @param oldest opening in which the oldest record was admitted; nothing: not known, and then none is too old
[[nodiscard]] std::vector<std::uint32_t> boots_to_drop(const BootRows& rows, std::optional<std::uint32_t> oldest);

/// Whether the rows tell of which boot of the machine an opening was: it has a row, or it lies between two of one boot.
[[nodiscard]] bool is_boot_known(const BootRows& rows, std::uint32_t boot);

}  // namespace chargehook::journal
