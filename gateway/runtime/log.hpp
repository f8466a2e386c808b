/// Log lines to standard error, where the journal of the system picks them up. Any thread.
#pragma once

#include <string_view>

#include "core/outputs.hpp"

namespace chargehook::runtime {

/// Under journald with the priority prefix that it reads ("<4>"), else with time, and colour on a terminal.
/// Source: sd-daemon(3).
void log(core::LogLevel level, std::string_view text);
inline void log(const core::LogLine& line) { log(line.level, line.text); }

}  // namespace chargehook::runtime
