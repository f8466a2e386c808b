/// What is wrong with a gateway, and the next step for each. Pure.
#pragma once

#include <vector>

#include "api/status_json.hpp"
#include "cli/problem_table.hpp"

namespace chargehook::cli {

/// In the order of their weight; what waits in files is not among them.
[[nodiscard]] std::vector<Problem> problems_of(const api::StatusAnswer& answer);

/// "12 % full"
[[nodiscard]] std::string percent_full(const journal::Usage& usage);

}  // namespace chargehook::cli
