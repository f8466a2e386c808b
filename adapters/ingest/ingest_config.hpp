/// Where local systems hand in events, as configured: plain values, checked by config/.
#pragma once

#include <string>

namespace chargehook::ingest {

struct IngestConfig {
  std::string name;         ///< [a-z0-9-], unique
  std::string socket_path;  ///< unix socket, absolute or relative to the runtime folder
};

}  // namespace chargehook::ingest
