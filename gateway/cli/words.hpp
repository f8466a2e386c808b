/// Numbers and times as people read them. Pure.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace chargehook::cli {

/// "1,204"
[[nodiscard]] std::string grouped(std::uint64_t number);

/// The two largest units that are not zero: "12 d 4 h", "3 min".
[[nodiscard]] std::string long_time(std::chrono::seconds time);

}  // namespace chargehook::cli
