/// The members of a JSON object as they stand in its text, without a tree of it. Pure; any thread.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

namespace chargehook::model {

/// Both point into the text that was scanned.
struct MemberText {
  std::string_view key;    ///< between its quotes, escapes as written
  std::string_view value;  ///< "null", "{…}", with its quotes if it is a string
};

/// Checks no more than it needs to find its way: for texts that are known to be JSON. Any bytes are safe to hand in.
/// @return nothing if it is not one object
[[nodiscard]] std::optional<std::vector<MemberText>> scan_object(std::string_view text);

}  // namespace chargehook::model
