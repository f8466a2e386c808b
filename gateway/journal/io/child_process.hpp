/// Runs this program again with other words, and listens to what it says on its standard output. Blocks the caller.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "journal/verify/examination.hpp"

namespace chargehook::journal::io {

struct ChildOptions {
  std::string program = "/proc/self/exe";
  std::vector<std::string> words;
  std::chrono::seconds patience{60};  ///< it is ended when it has said nothing for so long
  std::function<bool()> is_enough{};  ///< unless empty: asked between what it says; true: it is ended
};

/// @param line called with each line as it comes, without its end
[[nodiscard]] ChildEnd run_child(const ChildOptions& options, const std::function<void(std::string_view)>& line);

}  // namespace chargehook::journal::io
