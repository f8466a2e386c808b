/// Numbers of a stream that will never come, and its chain on both sides of them.
#pragma once

#include <cstdint>

#include "judge/link.hpp"

namespace chargehook::simulation {

struct Loss {
  std::uint64_t from_n = 0;
  std::uint64_t to_n = 0;
  Link before{};  ///< h(from_n − 1)
  Link after{};   ///< h(to_n)
};

}  // namespace chargehook::simulation
