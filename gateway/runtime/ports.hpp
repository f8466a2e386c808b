/// What the core loop needs done in the world. main connects each to a shell; all are called on the core's thread.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/outputs.hpp"

namespace chargehook::runtime {

struct Ports {
  std::function<void(journal::BatchPtr)> commit;
  std::function<void()> reopen_store;
  std::function<void(journal::ReadRequest)> read;
  std::function<void(journal::WalkRequest)> walk;
  std::function<void(journal::HeldFile)> write_held;
  std::function<void()> count_held;
  std::function<void(delivery::AttemptRequest)> attempt;
  std::function<void(ocpp::Command)> ocpp;
  std::function<void(core::Release)> release;
  std::function<void(core::ConfigPtr)> config_taken;             ///< the configuration that runs from now on
  std::function<void(const std::string& reason)> store_damaged;  ///< once; the gateway has to end and start again
  std::function<void(bool all_committed)> stopped;  ///< once, when nothing is left that can be committed after Stop
  std::function<std::vector<core::AdapterStatus>()> adapters;  ///< how those outside the core do; must not wait
};

}  // namespace chargehook::runtime
