/// Billing that nobody fetched for too long, as a file: what has to be written, and what came of it. Pure.
/// docs/formats.md has its lines, docs/carry-out.md what to do with it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "model/stream.hpp"

namespace chargehook::journal {

/// Below the gateway's data folder.
inline constexpr std::string_view held_folder = "held-billing";

/// "held-billing/<store id>-<first sequence, 20 digits>.jsonl": a piece that begins there has no other name, so what a
/// crash kept from going is written again over itself.
[[nodiscard]] std::string held_path(std::uint64_t store_id, model::Sequence first);

struct HeldFile {
  std::string path;                         ///< held_path()
  std::shared_ptr<const std::string> text;  ///< export lines, each with its line end
};

/// Files that lie in the folder, as its shell counted them last.
struct HeldFolder {
  std::string path;  ///< absolute, for people; empty: not known
  std::size_t files = 0;
};

struct HeldFileResult {
  std::string path;       ///< of the HeldFile
  std::string reason;     ///< in words with path and error, or empty: it is durable under its name
  std::size_t files = 0;  ///< in the folder afterwards
};

}  // namespace chargehook::journal
