/// First look at a file: is it text at all, and is every character what it looks like?
#pragma once

#include "config/report.hpp"

namespace chargehook::config {

/// Reports bytes that are not UTF-8 (E103), control characters (E104), tabs (E105) and invisible characters that are
/// not blanks (E106). Tabs and invisible characters in comments do no harm and are let pass.
void check_bytes(Report& report);

}  // namespace chargehook::config
