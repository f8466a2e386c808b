/// Reads a configuration folder from disk. Touches files and nothing else.
#pragma once

#include <cstddef>
#include <filesystem>

#include "config/source.hpp"

namespace chargehook::config {

inline constexpr std::size_t file_bytes_max = 1024 * 1024;
inline constexpr std::size_t files_max = 1000;
inline constexpr std::size_t secret_bytes_max = 4096;

/// Where this machine keeps what belongs to no single site.
struct SystemFolders {
  std::filesystem::path zoneinfo = "/usr/share/zoneinfo";
  /// Shipped device profiles: of the package, or of the tree for a build that is not installed.
  std::filesystem::path devices = CHARGEHOOK_DATA_DIR "/devices";
};

/// Reads gateway.yaml, site.yaml, *.yaml in devices.d, adapters.d, endpoints.d and rules.d, all in secrets/, the
/// shipped device profiles, and the names of time zones this machine has. Blocks; any thread. In `problems`: what is
/// there but cannot be opened or is no regular file (E101), a file larger than 1 MiB (E102), names that are nearly
/// right, as *.yml (E112, warning). Copies that editors and dpkg leave are passed over.
[[nodiscard]] Files read_folder(const std::filesystem::path& folder, const SystemFolders& system = {});

}  // namespace chargehook::config
