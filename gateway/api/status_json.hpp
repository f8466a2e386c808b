/// The status report as the API gives it, and as the command line reads it again.
#pragma once

#include <string>
#include <string_view>

#include "core/status.hpp"
#include "model/result.hpp"

namespace chargehook::api {

struct StatusAnswer {
  core::StatusReport report;
  std::string config_dir;  ///< of the configuration files, absolute
};

/// @param boot_now for "next attempt in"; the clock of the report's deadlines
[[nodiscard]] std::string status_json(const StatusAnswer& answer, model::BootTime boot_now);

/// Of what status_json wrote, the clock and what waits for it: {"clock": {…}, "waiting": ["billing"]}.
[[nodiscard]] std::string clock_only(std::string_view body);

/// Reads what status_json wrote, as far as the command line shows it; deadlines count from boot time 0. Members that
/// are missing have their defaults: the gateway may be of another version.
/// @return "json" if it is no status at all
[[nodiscard]] model::Result<StatusAnswer> read_status(std::string_view body);

}  // namespace chargehook::api
