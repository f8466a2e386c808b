/// What the `chargehook journal` commands show to people. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/store_check.hpp"
#include "journal/store_stats.hpp"
#include "model/clock.hpp"
#include "model/stream.hpp"

namespace chargehook::cli {

/// Every finding on a line of its own, and what all of it comes to.
[[nodiscard]] std::string verify_text(const core::StoreCheckReport& report);

/// "walking through the journal: 42 %, 12,345 of 29,000 records"
[[nodiscard]] std::string progress_text(const core::StoreCheckReport& report);

/// How far an export is.
/// @param total about; 0: not known
[[nodiscard]] std::string export_progress_text(std::uint64_t events, std::uint64_t total);

/// What an export has done.
/// @param damaged records that do not read well
/// @param first   the first of them
[[nodiscard]] std::string exported_text(std::uint64_t events, std::uint64_t damaged,
                                        const std::vector<model::Sequence>& first);

/// How far an import is.
[[nodiscard]] std::string import_progress_text(std::uint64_t bytes, std::uint64_t bytes_total, std::uint64_t taken,
                                               std::uint64_t already_there);

/// What an import has done.
[[nodiscard]] std::string imported_text(std::uint64_t taken, std::uint64_t already_there, std::uint64_t refused);

/// @param now for ages
[[nodiscard]] std::string stats_text(const journal::StoreStats& stats, model::WallTime now);

}  // namespace chargehook::cli
