#include "delivery/attempt.hpp"

namespace chargehook::delivery {

std::string_view to_string(Phase phase) {
  switch (phase) {
    case Phase::resolve:
      return "resolve";
    case Phase::connect:
      return "connect";
    case Phase::tls:
      return "tls";
    case Phase::write:
      return "write";
    case Phase::read:
      return "read";
    case Phase::answered:
      return "answered";
  }
  return "unknown";
}

}  // namespace chargehook::delivery
