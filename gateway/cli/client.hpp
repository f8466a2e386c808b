/// What the sub-commands that talk to the running gateway share.
#pragma once

#include <string>

#include "model/clock.hpp"
#include "model/result.hpp"

namespace chargehook::cli {

inline constexpr int has_problems = 1;
inline constexpr int refused = 2;
inline constexpr int no_gateway = 3;

/// The socket of the API in a runtime folder.
[[nodiscard]] std::string api_socket(const std::string& runtime_dir);

/// Who is at the keyboard: also behind sudo.
[[nodiscard]] std::string user_name();

/// Says on standard error that no gateway answers, and what to do. @return no_gateway
int explain(const model::Error& error);

/// "2026-11-24 06:12" in the time zone of this machine.
[[nodiscard]] std::string local_time(model::WallTime time);

}  // namespace chargehook::cli
