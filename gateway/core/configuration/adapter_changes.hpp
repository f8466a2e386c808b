/// What changes of the adapters from one configuration to another. Private to this folder.
#pragma once

#include "core/configuration/config_changes.hpp"

namespace chargehook::core {

/// Lines, brokers, local sockets and the OCPP proxy.
void compare_adapters(const ConfigGeneration& from, const ConfigGeneration& to, ConfigChanges& changes);

}  // namespace chargehook::core
