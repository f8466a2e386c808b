#pragma once

#include <chrono>

namespace chargehook::fakes {

/// How long a test waits for what has to come. Only a failing test waits this long, so it is generous: the code may be
/// instrumented by a sanitizer, and the machine may be busy with other tests.
inline constexpr std::chrono::seconds longest_wait{60};

}  // namespace chargehook::fakes
