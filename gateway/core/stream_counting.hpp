/// How delivery counts its streams, for the journal's checks. Pure; any thread.
#pragma once

#include "journal/verify/counting.hpp"

namespace chargehook::core {

[[nodiscard]] journal::Counting stream_counting();

}  // namespace chargehook::core
