/// What somebody probably meant who wrote a filter pattern that fits no event type. Pure; any thread.
#pragma once

#include <string>
#include <string_view>

namespace chargehook::delivery {

/// The type name or `group.*` of the catalogue nearest to `pattern` by edits; empty if nothing is near.
[[nodiscard]] std::string nearest_pattern(std::string_view pattern);

}  // namespace chargehook::delivery
