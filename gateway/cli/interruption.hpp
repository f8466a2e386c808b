/// Ctrl-C, and SIGTERM, as a question: the command ends what it is at, and then itself.
#pragma once

namespace chargehook::cli {

inline constexpr int interrupted = 130;  ///< exit code, as shells have it

void catch_interruption();
[[nodiscard]] bool is_interrupted();

}  // namespace chargehook::cli
