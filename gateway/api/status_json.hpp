/// The status report as the API gives it. docs/api.md describes the members.
#pragma once

#include <string>

#include "core/status.hpp"

namespace chargehook::api {

/// @param boot_now for "next attempt in"; the clock of the report's deadlines
[[nodiscard]] std::string status_json(const core::StatusReport& report, model::BootTime boot_now);

}  // namespace chargehook::api
