/// Finds the parts of one line: key, colon, quoted text.
#pragma once

#include <cstddef>
#include <string_view>

namespace chargehook::config {

/// Where the comment of a line begins: its `#` at the start or after a blank, outside quotes; npos if it has none.
[[nodiscard]] std::size_t comment_start(std::string_view line);

[[nodiscard]] std::string_view without_blanks_at_end(std::string_view text);

/// Position behind the closing quote of a text that begins with one; npos if it does not close.
[[nodiscard]] std::size_t quote_end(std::string_view text);

/// Position of the colon that ends a key at the start of `text`; npos if there is no key.
[[nodiscard]] std::size_t key_colon(std::string_view text);

/// Position of the first escape in a text in double quotes that YAML does not know; npos if all are good.
/// Source: YAML 1.2 §5.7.
[[nodiscard]] std::size_t bad_escape(std::string_view text);

}  // namespace chargehook::config
