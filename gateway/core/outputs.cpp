#include "core/outputs.hpp"

namespace chargehook::core {

void Outputs::clear() {
  commit.reset();
  reopen_store = false;
  reads.clear();
  walk.reset();
  held_file.reset();
  count_held_files = false;
  attempts.clear();
  ocpp.clear();
  releases.clear();
  log.clear();
  config_taken.reset();
  all_committed = true;
  store_damaged.clear();
  stopped = false;
}

}  // namespace chargehook::core
