#include "core/outputs.hpp"

namespace chargehook::core {

void Outputs::clear() {
  commit.reset();
  reopen_store = false;
  reads.clear();
  attempts.clear();
  ocpp.clear();
  releases.clear();
  log.clear();
  config_taken.reset();
  stopped = false;
}

}  // namespace chargehook::core
