#include "model/result.hpp"

#include <cstdio>
#include <cstdlib>

namespace chargehook::model {

void assertion_failed(const char* condition, const char* file, int line) noexcept {
  std::fprintf(stderr, "assertion failed: %s (%s:%d)\n", condition, file, line);
  std::abort();
}

}  // namespace chargehook::model
