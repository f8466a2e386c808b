/// First look at a file: is it text at all, and is every character what it looks like?
#pragma once

#include "config/report.hpp"

namespace chargehook::config {

/// Reports bytes that are not UTF-8 (E103), control characters (E104), tabs (E105) and invisible characters that are
/// not blanks (E106). Tabs and invisible characters in comments do no harm and are let pass.
void check_bytes(Report& report);

/// Where the comment of a line begins: its `#` at the start or after a blank, outside quotes; npos if it has none.
[[nodiscard]] std::size_t comment_start(std::string_view line);

}  // namespace chargehook::config
