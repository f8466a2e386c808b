/// What the walk through the store and its numbers look like as JSON: the same from a gateway that runs and from a tool
/// on a stopped store; and as the command line reads them again.
#pragma once

#include <string>
#include <string_view>

#include "core/store_check.hpp"
#include "journal/store_stats.hpp"
#include "model/result.hpp"

namespace chargehook::api {

/// `{"running": …, "walks": …, "records_seen": …, "records_total": …, "findings": […], "findings_total": …, …}`
[[nodiscard]] std::string store_check_json(const core::StoreCheckReport& report);

/// @return "json" if it is something else
[[nodiscard]] model::Result<core::StoreCheckReport> read_store_check(std::string_view body);

[[nodiscard]] std::string store_stats_json(const journal::StoreStats& stats);

/// @return "json" if it is something else
[[nodiscard]] model::Result<journal::StoreStats> read_store_stats(std::string_view body);

}  // namespace chargehook::api
