/// What `chargehook journal verify` and `stats` show to people. Pure.
#pragma once

#include <string>

#include "core/store_check.hpp"
#include "journal/store_stats.hpp"
#include "model/clock.hpp"

namespace chargehook::cli {

/// Every finding on a line of its own, and what all of it comes to.
[[nodiscard]] std::string verify_text(const core::StoreCheckReport& report);

/// "walking through the journal: 42 %, 12,345 of 29,000 records"
[[nodiscard]] std::string progress_text(const core::StoreCheckReport& report);

/// @param now for ages
[[nodiscard]] std::string stats_text(const journal::StoreStats& stats, model::WallTime now);

}  // namespace chargehook::cli
