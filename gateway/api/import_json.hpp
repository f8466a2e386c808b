/// The answer to a chunk that was imported, as JSON, and as the command line reads it again. Pure; any thread.
#pragma once

#include <string>
#include <string_view>

#include "core/outputs.hpp"
#include "model/result.hpp"

namespace chargehook::api {

/// `{"taken": …, "already_there": …, "refused": [{"line": …, "reason": …}]}`
[[nodiscard]] std::string imported_json(const core::Imported& imported);

/// @return "json" if it is something else
[[nodiscard]] model::Result<core::Imported> read_imported(std::string_view body);

}  // namespace chargehook::api
