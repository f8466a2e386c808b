/// The bodies of POST /v1/apply, of POST /v1/clock/accept, and of errors.
#pragma once

#include <string>
#include <string_view>

#include "core/outputs.hpp"
#include "model/result.hpp"

namespace chargehook::api {

/// Reads `{"accepted_by": "anna"}` of POST /v1/clock/accept, as read_applied_by does.
[[nodiscard]] model::Result<std::string> read_accepted_by(std::string_view body);

/// Reads `{"applied_by": "anna"}`; an empty body is nobody by name. @return "json" if it is something else
[[nodiscard]] model::Result<std::string> read_applied_by(std::string_view body);

/// `{"accepted": true, "lines": ["endpoint billing added"]}`
[[nodiscard]] std::string applied_json(const core::Applied& applied);

/// Reads what applied_json wrote. @return "json" if it is something else
[[nodiscard]] model::Result<core::Applied> read_applied(std::string_view body);

/// `{"error": {"code": …, "message": …}}`
[[nodiscard]] std::string error_json(std::string_view code, std::string_view message);

/// What an answer with error_json says; code "json" if it is something else.
[[nodiscard]] model::Error read_error(std::string_view body);

}  // namespace chargehook::api
