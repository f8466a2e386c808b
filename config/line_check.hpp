/// Second look at a file: each line against the small part of YAML that the files use. It finds, with their place, the
/// slips that a YAML parser accepts in silence or reports far from where they are.
#pragma once

#include "config/report.hpp"

namespace chargehook::config {

/// What a line may be: blank, a comment, `key: value`, `key:` with more below, or `- ` before one of them or a value.
/// Reports flow lists and maps (E113), anchors, aliases and merge keys (E114), tags (E115), document marks and
/// directives (E116), quotes that do not close on their line (E117), `: ` in a text (E118), text over several lines
/// (E122), indentation that fits nothing above (E124), a missing colon or blank (E125).
void check_lines(Report& report);

}  // namespace chargehook::config
